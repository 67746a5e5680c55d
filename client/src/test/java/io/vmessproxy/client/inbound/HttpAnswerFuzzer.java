package io.vmessproxy.client.inbound;

import io.vmessproxy.client.settings.ListenerSettings.Kind;
import io.vmessproxy.common.fuzz.FuzzInput;
import java.nio.charset.StandardCharsets;

/**
 * What a web server answers through the HTTP front end, cut anywhere, to each kind of request whose
 * answer is framed differently. Beyond what {@link FuzzedConnection} checks: the application hears
 * HTTP, and a request that was sent is always answered, or the connection reset.
 */
public final class HttpAnswerFuzzer {
  private static final String HOST = "Host: target.example\r\n";

  private static final String[] REQUESTS = {
    "GET http://target.example/ HTTP/1.1\r\n" + HOST + "\r\n",
    "HEAD http://target.example/ HTTP/1.1\r\n" + HOST + "\r\n",
    "GET http://target.example/ HTTP/1.0\r\n\r\n",
    "GET http://target.example/ HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n",
    "GET http://target.example/ HTTP/1.1\r\n"
        + HOST
        + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nbehind",
    "POST http://target.example/ HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\n\r\nbody",
    "POST http://target.example/ HTTP/1.1\r\n"
        + HOST
        + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "GET http://target.example/1 HTTP/1.1\r\n"
        + HOST
        + "\r\nGET http://target.example/2 HTTP/1.1\r\n"
        + HOST
        + "\r\n",
  };

  private HttpAnswerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] request = in.pick(REQUESTS).getBytes(StandardCharsets.US_ASCII);
    byte[] choices = {0, 0, 0, 0, 0};
    System.arraycopy(in.cuts(), 0, choices, 1, 4);
    FuzzedConnection connection =
        new FuzzedConnection(Kind.HTTP, new FuzzInput(choices), in.rest());
    connection.run(request);
    String received = connection.receivedText();
    if (!connection.isReset() && !received.startsWith("HTTP/1.")) {
      throw new AssertionError("heard: " + received);
    }
  }
}
