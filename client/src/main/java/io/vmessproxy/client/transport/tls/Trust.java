package io.vmessproxy.client.transport.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's check of chains: times, signatures, usage, up to a root. It looks at no names. */
final class Trust {
  private Trust() {}

  /** Up to the roots of this Java, which on most systems are the system's. */
  static X509TrustManager system() {
    return SystemRoots.MANAGER;
  }

  /** Up to one of these. */
  static X509TrustManager in(List<X509Certificate> roots) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < roots.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), roots.get(i));
      }
      return manager(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key store of certificates alone", e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException(
        "no check of X.509 in " + Arrays.toString(factory.getTrustManagers()));
  }

  private static final class SystemRoots {
    static final X509TrustManager MANAGER = load();

    private static X509TrustManager load() {
      try {
        return manager(null);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the roots of this Java", e);
      }
    }
  }
}
