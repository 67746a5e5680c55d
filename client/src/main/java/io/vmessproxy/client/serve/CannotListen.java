package io.vmessproxy.client.serve;

import io.vmessproxy.client.settings.InboundSettings;

/** An inbound cannot be bound. The cause is the socket's own exception. */
public final class CannotListen extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient InboundSettings inbound;

  CannotListen(InboundSettings inbound, Throwable cause) {
    super(inbound.tag() + ": " + cause.getMessage(), cause);
    this.inbound = inbound;
  }

  /** Which one. */
  public InboundSettings inbound() {
    return inbound;
  }
}
