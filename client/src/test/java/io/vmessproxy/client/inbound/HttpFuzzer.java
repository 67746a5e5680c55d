package io.vmessproxy.client.inbound;

import io.vmessproxy.client.settings.ListenerSettings.Kind;
import io.vmessproxy.common.fuzz.FuzzInput;
import java.nio.charset.StandardCharsets;

/**
 * What an application sends to an HTTP listener, cut anywhere: requests, their bodies, tunnels.
 * Beyond what {@link FuzzedConnection} checks: all that it hears is HTTP.
 */
public final class HttpFuzzer {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private HttpFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    FuzzedConnection connection = new FuzzedConnection(Kind.HTTP, in, ANSWER);
    connection.run(in.rest());
    String received = connection.receivedText();
    if (!received.isEmpty() && !received.startsWith("HTTP/1.")) {
      throw new AssertionError("heard: " + received);
    }
  }
}
