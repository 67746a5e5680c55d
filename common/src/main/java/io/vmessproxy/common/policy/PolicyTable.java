package io.vmessproxy.common.policy;

import java.util.Map;

/** The policy of each level; {@link Policy#DEFAULT} for a level that is not named. */
public record PolicyTable(Map<Integer, Policy> byLevel) {
  /** Every level has the default policy. */
  public static final PolicyTable DEFAULT = new PolicyTable(Map.of());

  public PolicyTable {
    byLevel = Map.copyOf(byLevel);
  }

  /** The policy of {@code level}. */
  public Policy of(int level) {
    return byLevel.getOrDefault(level, Policy.DEFAULT);
  }
}
