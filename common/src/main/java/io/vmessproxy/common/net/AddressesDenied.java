package io.vmessproxy.common.net;

import java.io.IOException;

/** None of a target's addresses may be reached. It carries no stack trace: clients raise it. */
public final class AddressesDenied extends IOException {
  private static final long serialVersionUID = 1L;

  public AddressesDenied() {
    super("denied (a rule keeps clients from its addresses)");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
