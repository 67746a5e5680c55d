package io.vmessproxy.client.subscribe;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider of subscriptions on this machine, whose answers the test changes as it goes. */
final class Provider implements AutoCloseable {
  /** What nobody may ever see. */
  static final String TOKEN = "7f3a9b21c4d8";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Headers> requests = new CopyOnWriteArrayList<>();
  private volatile HttpHandler answer;

  private Provider(HttpHandler answer) throws IOException {
    this.answer = answer;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static Provider answering(HttpHandler answer) throws IOException {
    return new Provider(answer);
  }

  static Provider of(String body) throws IOException {
    return new Provider(ok(body));
  }

  /** Status 200 with this body. */
  static HttpHandler ok(String body) {
    return exchange -> send(exchange, 200, body);
  }

  static HttpHandler status(int status, String body) {
    return exchange -> send(exchange, status, body);
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestHeaders());
    answer.handle(exchange);
  }

  void answer(HttpHandler other) {
    answer = other;
  }

  void answer(String body) {
    answer = ok(body);
  }

  /** The headers of each request so far. */
  List<Headers> requests() {
    return requests;
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://al:" + TOKEN + "pw@127.0.0.1:" + port() + "/sub/" + TOKEN + "?key=" + TOKEN;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
