package io.vmessproxy.client.routing;

import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.SpecialAddresses;
import io.vmessproxy.common.vmess.inbound.TargetAccess;
import java.net.InetAddress;
import java.util.List;

/**
 * Which targets the clients of an inbound may reach: what the first rule that matches says, or else
 * all, or all but the private ones.
 *
 * @param rules in the order in which they are asked
 * @param privateTargets whether private targets may be reached where no rule says otherwise
 */
public record AccessRules(List<Entry> rules, boolean privateTargets) implements TargetAccess {
  public AccessRules {
    rules = List.copyOf(rules);
  }

  @Override
  public boolean allows(Destination named, InetAddress address) {
    for (Entry entry : rules) {
      if (entry.rule.matches(named, address)) {
        return entry.allow;
      }
    }
    return privateTargets || !SpecialAddresses.isPrivate(address);
  }

  /** A rule, and what it says of the targets that it matches. */
  public record Entry(boolean allow, Rule rule) {}
}
