package io.vmessproxy.client.subscribe;

import java.io.IOException;

/**
 * A subscription could not be had.
 *
 * <p>The message says which one by its host alone, the class, what came, and what to do: {@code
 * subscription example.com: HTTP_STATUS: answered 404 (has the link expired? The provider's page
 * shows a new one)}.
 */
public final class SubscriptionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final String evidence;
  private final String action;

  /**
   * @param name what messages call the subscription
   * @param code the class: {@code HTTP_STATUS}, {@code TIMEOUT}, {@code HTML_PAGE}...
   * @param evidence what came
   * @param action what the user can do; empty if nothing
   */
  SubscriptionException(String name, String code, String evidence, String action) {
    super(
        "subscription %s: %s: %s%s"
            .formatted(name, code, evidence, action.isEmpty() ? "" : " (" + action + ")"));
    this.code = code;
    this.evidence = evidence;
    this.action = action;
  }

  /** The class of failure. */
  public String code() {
    return code;
  }

  /** What came. */
  public String evidence() {
    return evidence;
  }

  /** What the user can do; empty if nothing. */
  public String action() {
    return action;
  }

  /** Expected in the life of a proxy: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
