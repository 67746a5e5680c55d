package io.vmessproxy.client.check;

import io.vmessproxy.client.selection.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a check found out about one user of a server.
 *
 * @param addresses what the server's name resolves to; none where it does not
 * @param stages those that were passed, in order
 * @param clock how far the server's clock is ahead of ours, where that can be told
 */
public record Report(
    Endpoint endpoint,
    List<String> addresses,
    List<Stage> stages,
    Verdict verdict,
    Optional<Duration> clock) {
  public Report {
    addresses = List.copyOf(addresses);
    stages = List.copyOf(stages);
  }

  /**
   * A stage that was passed.
   *
   * @param name {@code resolve}, {@code connect}, {@code tls}, a transport's name, {@code vmess} or
   *     {@code target}
   * @param time its own, without those before it; of {@code target}, to the first byte
   */
  public record Stage(String name, Duration time) {}
}
