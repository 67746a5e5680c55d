package io.vmessproxy.client.transport.tls;

import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TlsSettings;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whether a server's certificate is what {@link TlsSettings} ask for: pins, then the chain, then
 * the name. Refuses with {@link CertificateRefused} alone.
 *
 * <p>It is an extended manager, because the JDK puts a check of names of its own around others.
 */
final class CertificateCheck extends X509ExtendedTrustManager {
  private final TlsSettings settings;
  private final Pins pins;
  private final List<ServerName> names;
  private final X509TrustManager roots;

  /**
   * @param names of which the certificate must have one
   */
  CertificateCheck(TlsSettings settings, List<ServerName> names) {
    this(settings, names, settings.roots().isEmpty() ? Trust.system() : Trust.in(settings.roots()));
  }

  CertificateCheck(TlsSettings settings, List<ServerName> names, X509TrustManager roots) {
    this.settings = settings;
    this.pins = new Pins(settings.pins());
    this.names = names;
    this.roots = roots;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    if (pins.isEmpty()) {
      if (!settings.insecure()) {
        checkChain(chain, authType, roots);
        checkName(chain);
      }
      return;
    }
    if (pins.holdServer(chain[0])) {
      return;
    }
    Optional<X509Certificate> authority = pins.authority(chain);
    if (authority.isPresent()) {
      // Also of who is insecure: anybody can send this authority along with his own certificate.
      checkChain(chain, authType, Trust.in(List.of(authority.get())));
    } else if (!pins.holdChain(chain)) {
      throw pins.refusal(chain);
    } else if (!settings.insecure()) {
      checkChain(chain, authType, roots);
    }
    if (!settings.insecure()) {
      checkName(chain);
    }
  }

  private static void checkChain(X509Certificate[] chain, String authType, X509TrustManager trust)
      throws CertificateException {
    if (trust.getAcceptedIssuers().length == 0) {
      // The JDK would throw what is no exception of certificates.
      throw new CertificateRefused(
          Failure.TLS_UNTRUSTED,
          "this Java trusts no root at all",
          "give the system's with --ca, as /etc/ssl/certs/ca-certificates.crt");
    }
    try {
      trust.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      throw ChainFault.of(chain, trust.getAcceptedIssuers(), e);
    }
  }

  private void checkName(X509Certificate[] chain) throws CertificateException {
    CertificateNames.of(chain[0]).mustHold(names);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this end is the client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
