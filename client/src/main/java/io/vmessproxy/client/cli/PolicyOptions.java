package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.Durations;
import io.vmessproxy.common.policy.PolicyTable;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How long connections may take and idle, at either end. */
final class PolicyOptions {
  private static final String DRAIN = "--drain";
  private static final String POLICY = "--policy";

  @Option(
      names = POLICY,
      paramLabel = "LEVEL:KEY=VALUE,...",
      order = 3,
      description = {
        "For the users of a level; repeatable. Keys and defaults: handshake=4s, connIdle=300s,"
            + " uplinkOnly=2s, downlinkOnly=5s, bufferSize=512k (bytes, with k or m)."
      })
  List<String> policy = List.of();

  @Option(
      names = DRAIN,
      paramLabel = "DURATION",
      order = 4,
      description = "For open connections to end, once the program is told to stop. Default: 3s")
  String drain = "3s";

  Duration drain(Given given) {
    return Durations.read(given.name(DRAIN), drain);
  }

  PolicyTable policies(Given given) {
    return PolicyText.read(given.name(POLICY), policy);
  }
}
