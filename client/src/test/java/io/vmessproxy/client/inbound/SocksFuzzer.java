package io.vmessproxy.client.inbound;

import io.vmessproxy.client.settings.ListenerSettings.Kind;
import io.vmessproxy.common.fuzz.FuzzInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an application sends to a SOCKS listener, cut anywhere. Beyond what {@link FuzzedConnection}
 * checks: one stream at most is opened, it carries what followed the request and nothing else, and
 * only behind the right password.
 */
public final class SocksFuzzer {
  private static final byte[] ANSWER = "from the target".getBytes(StandardCharsets.US_ASCII);

  private SocksFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    boolean login = data.length > 0 && (data[0] & 1) != 0;
    FuzzedConnection connection = new FuzzedConnection(Kind.SOCKS, in, ANSWER);
    byte[] wire = in.rest();
    connection.run(wire);
    check(connection, login);
  }

  private static void check(FuzzedConnection connection, boolean login) {
    byte[] sent = connection.sent();
    byte[] forwarded = connection.forwarded();
    if (connection.streams() > 1) {
      throw new AssertionError(connection.streams() + " streams");
    }
    if (connection.streams() == 0 && forwarded.length > 0) {
      throw new AssertionError("forwarded without a stream");
    }
    int from = sent.length - forwarded.length;
    if (from < 0 || !Arrays.equals(sent, from, sent.length, forwarded, 0, forwarded.length)) {
      throw new AssertionError("what was forwarded is not what followed the request");
    }
    if (login && connection.streams() > 0 && !holdsLogin(sent)) {
      throw new AssertionError("a stream without the password");
    }
    if (connection.streams() > 0 && !endsWith(connection.received(), ANSWER)) {
      throw new AssertionError("the target's bytes did not arrive");
    }
  }

  private static boolean holdsLogin(byte[] sent) {
    String text = new String(sent, StandardCharsets.ISO_8859_1);
    return text.contains("\u0004" + FuzzedConnection.USER + "\u0004" + FuzzedConnection.PASSWORD);
  }

  private static boolean endsWith(byte[] all, byte[] end) {
    int from = all.length - end.length;
    return from >= 0 && Arrays.equals(all, from, all.length, end, 0, end.length);
  }
}
