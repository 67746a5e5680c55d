package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.Durations;
import io.vmessproxy.common.policy.PolicyTable;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How long things may take. */
final class TimeoutOptions {
  private static final String CONNECT = "--connect-timeout";
  private static final String HANDSHAKE = "--handshake-timeout";
  private static final String DRAIN = "--drain";
  private static final String POLICY = "--policy";

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

  @Option(
      names = POLICY,
      paramLabel = "LEVEL:KEY=VALUE,...",
      order = 3,
      description = {
        "For the users of a level; repeatable. Keys and defaults: handshake=4s, connIdle=300s,"
            + " uplinkOnly=2s, downlinkOnly=5s."
      })
  List<String> policy = List.of();

  @Option(
      names = DRAIN,
      paramLabel = "DURATION",
      order = 4,
      description = "For open connections to end, once the program is told to stop. Default: 3s")
  String drain = "3s";

  Duration connectTimeout(Given given) {
    return Durations.readPositive(given.name(CONNECT), connect);
  }

  Duration handshakeTimeout(Given given) {
    return Durations.readPositive(given.name(HANDSHAKE), handshake);
  }

  Duration drain(Given given) {
    return Durations.read(given.name(DRAIN), drain);
  }

  PolicyTable policies(Given given) {
    return PolicyText.read(given.name(POLICY), policy);
  }
}
