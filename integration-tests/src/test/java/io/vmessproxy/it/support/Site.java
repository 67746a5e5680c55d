package io.vmessproxy.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;

/**
 * A page for browsers. Its script counts what has loaded, and its title says so: {@code loaded 30
 * of 30}. Its form posts a word, and the answer shows it.
 */
final class Site implements HttpHandler {
  /** How many style sheets, scripts, images and fetched texts the page has, together. */
  static final int RESOURCES = 30;

  private static final String HEAD =
      """
      <!doctype html><html><head><meta charset="utf-8"><title>loading</title>
      <link rel="icon" href="data:,">
      <script>
        let loaded = 0;
        function done() { document.title = 'loaded ' + (++loaded) + ' of 30'; }
      </script>
      """;

  private static final String FORM =
      """
      <form method="post" action="form">
        <input name="word" value=""><button id="send">Send</button>
      </form>
      """;

  private static final String IMAGE =
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='9'/></svg>";

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/site/".length());
    String kind = path.substring(path.lastIndexOf('.') + 1);
    switch (kind) {
      case "" -> HttpTarget.reply(exchange, "text/html", page());
      case "form" -> HttpTarget.reply(exchange, "text/html", posted(exchange));
      case "css" -> HttpTarget.reply(exchange, "text/css", "p { color: #223 }");
      case "js" -> HttpTarget.reply(exchange, "text/javascript", "window.ran = true;");
      case "svg" -> HttpTarget.reply(exchange, "image/svg+xml", IMAGE);
      case "txt" -> HttpTarget.reply(exchange, "text/plain", path);
      default -> exchange.sendResponseHeaders(404, -1);
    }
  }

  private static String page() {
    StringBuilder page = new StringBuilder(HEAD);
    for (int i = 0; i < 5; i++) {
      page.append("<link rel='stylesheet' onload='done()' href='%d.css'>\n".formatted(i));
    }
    page.append("</head><body><h1>A page from behind VMess</h1>\n").append(FORM);
    for (int i = 0; i < 10; i++) {
      page.append("<img onload='done()' src='%d.svg'>\n".formatted(i));
      page.append("<script onload='done()' src='%d.js'></script>\n".formatted(i));
    }
    page.append("<script>for (let i = 0; i < 5; i++) {\n")
        .append("  fetch(i + '.txt').then(r => r.text())")
        .append(".then(t => { if (t === i + '.txt') { done(); } });\n")
        .append("}</script></body></html>\n");
    return page.toString();
  }

  private static String posted(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    return "<!doctype html><title>posted</title><p id='answer'>%s %s</p>"
        .formatted(exchange.getRequestMethod(), form);
  }
}
