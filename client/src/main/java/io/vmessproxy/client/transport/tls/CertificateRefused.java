package io.vmessproxy.client.transport.tls;

import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.security.cert.CertificateException;

/** What a server's certificate is not. It comes back as a cause of what the TLS engine throws. */
final class CertificateRefused extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final transient TransportException fault;

  CertificateRefused(Failure failure, String evidence, String action) {
    super(evidence);
    this.fault = new TransportException(failure, "tls", evidence, action);
  }

  TransportException fault() {
    return fault;
  }

  /** A server's bytes raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
