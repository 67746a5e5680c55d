package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What inbounds must be to each other, and their users to each other. */
final class InboundChecks {
  // What the table of legacy ids may hold: each takes memory for every second of the time allowed.
  private static final int MAX_IDS = 262_144;

  private InboundChecks() {}

  /** The settings of all groups, if they go together. */
  static List<InboundSettings> check(List<InboundGroup> groups) {
    List<InboundSettings> inbounds = new ArrayList<>();
    Set<String> tags = new HashSet<>();
    for (InboundGroup group : groups) {
      String tag = group.tag();
      for (int i = 2; group.sharesItsTag() && tags.contains(tag); i++) {
        tag = group.tag() + "#" + i;
      }
      if (!tags.add(tag)) {
        throw new SettingsException(
            group.where() + ": its tag is taken (expected: each tag and each address once)");
      }
      inbounds.add(group.settings(tag));
    }
    for (int i = 0; i < inbounds.size(); i++) {
      checkDetour(groups.get(i), inbounds.get(i), tags);
      checkUsers(groups.get(i).where(), inbounds.get(i));
      checkUse(groups.get(i).where(), inbounds.get(i), inbounds);
    }
    return inbounds;
  }

  private static void checkDetour(InboundGroup group, InboundSettings inbound, Set<String> tags) {
    String to = inbound.detour();
    if (to == null) {
      return;
    }
    if (to.equals(inbound.tag())) {
      throw new SettingsException(
          "%s: \"%s\" is the inbound itself (expected: another inbound's tag)"
              .formatted(group.detourWhere(), shown(to)));
    }
    if (!tags.contains(to)) {
      throw new SettingsException(
          "%s: \"%s\" is no inbound's tag (expected: the TAG of an --inbound TAG=HOST:PORT)"
              .formatted(group.detourWhere(), shown(to)));
    }
  }

  private static void checkUsers(String where, InboundSettings inbound) {
    Set<UserId> ids = new HashSet<>();
    Set<String> emails = new HashSet<>();
    long count = 0;
    for (InboundUser user : inbound.users()) {
      if (!ids.add(user.id())) {
        throw new SettingsException(
            "%s: client %s is given twice (expected: each id once)".formatted(where, user.id()));
      }
      if (!user.email().isEmpty() && !emails.add(user.email())) {
        throw new SettingsException(
            "%s: email %s is given twice (expected: each once, capital or not)"
                .formatted(where, shown(user.email())));
      }
      count += user.alterId() + 1L;
    }
    if (count > MAX_IDS) {
      throw new SettingsException(
          "%s: its clients have %d ids, alternative ones included (expected: at most %d; alterId"
                  .formatted(where, count, MAX_IDS)
              + " under 100 is plenty)");
    }
  }

  private static void checkUse(
      String where, InboundSettings inbound, List<InboundSettings> inbounds) {
    boolean used =
        inbounds.stream().anyMatch(other -> Objects.equals(other.detour(), inbound.tag()));
    if (inbound.users().isEmpty() && !inbound.dynamic() && !used) {
      throw new SettingsException(
          where
              + " has no client (expected: --client UUID behind it; --client $(uuidgen) for a new one)");
    }
  }

  /** A tag or an email, both printable, on one line of fair length. */
  private static String shown(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
