package io.vmessproxy.client.check;

import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server works, or what is wrong with it.
 *
 * @param failure null: it works
 * @param stage the one that failed; empty if it works, as what follows
 * @param evidence what came
 * @param action what the user can do
 */
public record Verdict(@Nullable Failure failure, String stage, String evidence, String action) {
  /** Nothing is wrong. */
  public static final Verdict WORKS = new Verdict(null, "", "", "");

  static Verdict of(OutboundException cause) {
    return new Verdict(cause.failure(), cause.stage(), cause.evidence(), cause.action());
  }

  /** Whether nothing is wrong. */
  public boolean works() {
    return failure == null;
  }

  /** The word for programs: {@code works}, or that of the class of failure. */
  public String text() {
    return failure == null ? "works" : failure.text();
  }
}
