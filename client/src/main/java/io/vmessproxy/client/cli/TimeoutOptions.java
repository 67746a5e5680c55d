package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.Durations;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long reaching a server may take. */
final class TimeoutOptions {
  private static final String CONNECT = "--connect-timeout";
  private static final String HANDSHAKE = "--handshake-timeout";

  @Option(
      names = CONNECT,
      paramLabel = "DURATION",
      order = 1,
      description = "For finding and connecting to a server. Default: 5s")
  String connect = "5s";

  @Option(
      names = HANDSHAKE,
      paramLabel = "DURATION",
      order = 2,
      description = "For a server to show that it takes the user. Default: 4s")
  String handshake = "4s";

  Duration connectTimeout(Given given) {
    return Durations.readPositive(given.name(CONNECT), connect);
  }

  Duration handshakeTimeout(Given given) {
    return Durations.readPositive(given.name(HANDSHAKE), handshake);
  }
}
