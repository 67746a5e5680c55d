package io.vmessproxy.client;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.ClientSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What came of a reload.
 *
 * @param servers how many there are now
 * @param fresh how many of them were not there before
 * @param gone how many are there no longer
 * @param needRestart options that are others now, but hold only from the next start on
 */
public record Reloaded(int servers, int fresh, int gone, List<String> needRestart) {
  public Reloaded {
    needRestart = List.copyOf(needRestart);
  }

  /**
   * What came of it.
   *
   * @param started the settings that the program started with
   */
  static Reloaded of(
      ClientSettings started, ClientSettings next, List<Server> old, List<Server> now) {
    Set<Server> known = new HashSet<>(old);
    Set<Server> left = new HashSet<>(now);
    return new Reloaded(
        now.size(),
        (int) now.stream().filter(server -> !known.contains(server)).count(),
        (int) old.stream().filter(server -> !left.contains(server)).count(),
        needRestart(started, next));
  }

  /** Whether what is known of servers, and the time that they have, stays the same. */
  static boolean sameDials(ClientSettings before, ClientSettings next) {
    return before.policies().equals(next.policies())
        && before.connectTimeout().equals(next.connectTimeout())
        && before.handshakeTimeout().equals(next.handshakeTimeout())
        && before.clockOffset().equals(next.clockOffset());
  }

  private static List<String> needRestart(ClientSettings before, ClientSettings next) {
    List<String> options = new ArrayList<>();
    note(options, "--listen", before.listeners(), next.listeners());
    note(options, "--auth", before.credentials(), next.credentials());
    note(options, "--no-udp or --udp-address", before.udp(), next.udp());
    note(options, "--demo", before.demo(), next.demo());
    note(options, "--drain", before.drain(), next.drain());
    note(options, "--same-user", before.sameUser(), next.sameUser());
    note(
        options,
        "--strategy, --attempts, --no-hedge, --preconnect or --probe",
        before.choice(),
        next.choice());
    return options;
  }

  private static void note(List<String> options, String option, Object before, Object next) {
    if (!Objects.equals(before, next)) {
      options.add(option);
    }
  }
}
