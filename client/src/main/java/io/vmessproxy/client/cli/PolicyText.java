package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.Durations;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.Sizes;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.policy.PolicyTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code LEVEL:key=value,...}; several for one level add up. */
final class PolicyText {
  private static final String EXAMPLE = "as in 1:connIdle=10m,uplinkOnly=5s";

  private PolicyText() {}

  /**
   * Reads all policies.
   *
   * @param name the option, for the message
   */
  static PolicyTable read(String name, List<String> texts) {
    Map<Integer, Policy> byLevel = new HashMap<>();
    for (String text : texts) {
      String quoted = "%s: \"%s\"".formatted(name, Masked.plain(text));
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new SettingsException(
            quoted + " has no colon (expected: LEVEL:KEY=VALUE,..., " + EXAMPLE + ")");
      }
      int level = AccountText.level(quoted + ": level", text.substring(0, colon));
      Policy before = byLevel.getOrDefault(level, Policy.DEFAULT);
      byLevel.put(level, changed(before, quoted, text.substring(colon + 1)));
    }
    return new PolicyTable(byLevel);
  }

  private static Policy changed(Policy policy, String quoted, String pairs) {
    Policy changed = policy;
    Set<String> seen = new HashSet<>();
    for (String pair : pairs.split(",", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (!seen.add(key)) {
        throw new SettingsException(
            quoted + ": " + Masked.plain(key) + " is given twice (expected: once)");
      }
      changed = with(changed, quoted, key, pair.substring(equals + 1));
    }
    return changed;
  }

  private static Policy with(Policy p, String quoted, String key, String value) {
    String where = quoted + ": " + key;
    return switch (key) {
      case "handshake" -> {
        Duration time = Durations.readPositive(where, value);
        yield new Policy(time, p.connIdle(), p.uplinkOnly(), p.downlinkOnly(), p.bufferBytes());
      }
      case "connIdle" -> {
        Duration time = Durations.readPositive(where, value);
        yield new Policy(p.handshake(), time, p.uplinkOnly(), p.downlinkOnly(), p.bufferBytes());
      }
      case "uplinkOnly" -> {
        Duration time = Durations.read(where, value);
        yield new Policy(p.handshake(), p.connIdle(), time, p.downlinkOnly(), p.bufferBytes());
      }
      case "downlinkOnly" -> {
        Duration time = Durations.read(where, value);
        yield new Policy(p.handshake(), p.connIdle(), p.uplinkOnly(), time, p.bufferBytes());
      }
      case "bufferSize" -> {
        int bytes = Sizes.read(where, value);
        yield new Policy(p.handshake(), p.connIdle(), p.uplinkOnly(), p.downlinkOnly(), bytes);
      }
      default ->
          throw new SettingsException(
              ("%s: unknown key (expected: handshake, connIdle, uplinkOnly, downlinkOnly or"
                      + " bufferSize, %s)")
                  .formatted(quoted, EXAMPLE));
    };
  }
}
