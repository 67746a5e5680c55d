package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The {@code tlsSettings} of an outbound in the user's own file. */
final class TlsJson {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private TlsJson() {}

  /**
   * What they say.
   *
   * @throws SettingsException if a pin or a certificate is none
   */
  static TlsSettings read(V2RayStream stream) {
    RawNode raw = stream.raw;
    List<Pin> pins = new ArrayList<>();
    pins(pins, Pin.Kind.CHAIN, stream.tls, "pinnedPeerCertificateChainSha256", raw.chainSha256);
    pins(pins, Pin.Kind.CERTIFICATE, stream.tls, "pinnedPeerCertSha256", raw.certificateSha256);
    return new TlsSettings(
        raw.sni.isEmpty() ? null : raw.sni,
        raw.alpn,
        raw.insecure,
        raw.insecure ? List.of() : roots(stream.tls),
        pins,
        raw.verifyNames);
  }

  private static void pins(
      List<Pin> pins, Pin.Kind kind, Fields tls, String name, List<String> values) {
    for (String value : values) {
      String hex = value.replace(":", "").toLowerCase(Locale.ROOT);
      if (!SHA256.matcher(hex).matches()) {
        throw new SettingsException(
            "%s: \"%s\" is no SHA-256 (expected: %s)"
                .formatted(
                    tls.at(name),
                    Masked.plain(value),
                    kind == Pin.Kind.CHAIN ? "44 characters of base64" : "64 hex digits"));
      }
      pins.add(new Pin(kind, hex));
    }
  }

  /** Those given, and the system's beside them unless they are switched off. */
  private static List<X509Certificate> roots(Fields tls) {
    List<X509Certificate> roots = new ArrayList<>();
    for (Fields certificate : tls.children(tls.present(V2RayTls.CERTIFICATES, "certificate"))) {
      certificate.report(
          Set.of("usage", "certificate", "certificateFile"),
          Set.of("key", "keyFile", "ocspStapling", "oneTimeLoading"));
      if (!certificate.text("usage").equalsIgnoreCase("verify")) {
        certificate.reportUnused("usage", "only \"verify\" is for an outbound");
      } else if (certificate.has("certificateFile")) {
        roots.addAll(
            PemFile.read(certificate.at("certificateFile"), certificate.text("certificateFile")));
      } else {
        roots.addAll(
            PemFile.parse(
                certificate.at("certificate"),
                String.join("\n", certificate.texts("certificate"))));
      }
    }
    boolean alone = tls.flag("disableSystemRoot");
    if (alone && roots.isEmpty()) {
      throw new SettingsException(
          tls.at("disableSystemRoot")
              + ": true, so nothing is trusted (expected: a certificate of usage \"verify\" beside"
              + " it)");
    }
    if (!alone && !roots.isEmpty()) {
      roots.addAll(systemRoots());
    }
    return roots;
  }

  private static List<X509Certificate> systemRoots() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
          .toList();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has them
    }
  }
}
