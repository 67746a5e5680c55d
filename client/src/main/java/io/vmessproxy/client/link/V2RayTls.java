package io.vmessproxy.client.link;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/** V2Ray's {@code tlsSettings}: what {@link V2RayStream} knows of TLS. */
final class V2RayTls {
  /** The server's own certificate, and those that a client trusts. */
  static final String CERTIFICATES = "certificates";

  private static final Set<String> KNOWN =
      Set.of(
          "serverName",
          "alpn",
          "nextProtocol",
          "allowInsecure",
          "allowInsecureIfPinnedPeerCertificate",
          CERTIFICATES,
          "certificate",
          "disableSystemRoot",
          "pinnedPeerCertificateChainSha256",
          "pinnedPeerCertSha256",
          "verifyPeerCertByName",
          "echConfigList");
  private static final Set<String> UNUSED =
      Set.of(
          "fingerprint",
          "enableSessionResumption",
          "minVersion",
          "maxVersion",
          "cipherSuites",
          "curvePreferences",
          "preferServerCipherSuites",
          "allowInsecureCiphers",
          "rejectUnknownSni",
          "verifyClientCertificate",
          "masterKeyLog");

  private V2RayTls() {}

  /**
   * Reads all but the certificates.
   *
   * @param raw is filled in
   */
  static void read(Fields tls, RawNode raw) {
    tls.report(KNOWN, UNUSED);
    raw.sni = tls.text("serverName");
    raw.alpn.addAll(tls.texts("alpn", "nextProtocol"));
    raw.fingerprint = tls.text("fingerprint");
    raw.verifyNames.addAll(tls.texts("verifyPeerCertByName"));
    raw.certificateSha256.addAll(tls.texts("pinnedPeerCertSha256"));
    for (String pin : tls.texts("pinnedPeerCertificateChainSha256")) {
      raw.chainSha256.add(hex(pin));
    }
    raw.insecure =
        tls.flag("allowInsecure")
            // Then nothing but the pin is checked.
            || (tls.flag("allowInsecureIfPinnedPeerCertificate") && !raw.chainSha256.isEmpty());
    refuse(raw, tls, "echConfigList");
  }

  /** Base64 to hex; what is no base64 stays as it is, for who reads it to complain. */
  static String hex(String base64) {
    try {
      return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return base64;
    }
  }

  /** Notes a member that would change what is on the wire, and is not done. */
  static void refuse(RawNode raw, Fields fields, String name) {
    if (!fields.text(name).isEmpty()) {
      raw.refused.add(fields.at(name));
    }
  }
}
