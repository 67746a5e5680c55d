package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.Durations;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long reaching a server may take, and what time it is there. */
final class TimeoutOptions {
  private static final String CONNECT = "--connect-timeout";
  private static final String HANDSHAKE = "--handshake-timeout";
  private static final String CLOCK = "--clock-offset";

  @Option(
      names = CONNECT,
      paramLabel = "DURATION",
      order = 1,
      description = "For finding and connecting to a server. Default: 2500ms")
  String connect = "2500ms"; // Within three seconds a user is to hear what is wrong.

  @Option(
      names = HANDSHAKE,
      paramLabel = "DURATION",
      order = 2,
      description =
          "For each of TLS, the transport, and the server to show that it takes the user. Default:"
              + " 2500ms")
  String handshake = "2500ms";

  @Option(
      names = CLOCK,
      paramLabel = "SECONDS",
      order = 3,
      description =
          "How far the servers' clocks are ahead of this machine's, as in 282 or -60; auto finds"
              + " it out where a server does not answer. Default: 0")
  String clock = "0";

  Duration connectTimeout(Given given) {
    return Durations.readPositive(given.name(CONNECT), connect);
  }

  Duration handshakeTimeout(Given given) {
    return Durations.readPositive(given.name(HANDSHAKE), handshake);
  }

  ClockOffset clockOffset(Given given) {
    return ClockOffset.read(given.name(CLOCK), clock);
  }
}
