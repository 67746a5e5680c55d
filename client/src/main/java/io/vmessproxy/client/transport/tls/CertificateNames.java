package io.vmessproxy.client.transport.tls;

import io.netty.util.NetUtil;
import io.vmessproxy.client.session.Failure;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a certificate is for: the names and addresses of its subjectAltName. A common name counts
 * for nothing, as with Go's clients.
 *
 * <p>Source: RFC 6125 §6.4, with a wildcard only as the whole first label.
 */
final class CertificateNames {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int MAX_SHOWN = 3;

  private final X509Certificate certificate;
  private final List<String> names = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();

  private CertificateNames(X509Certificate certificate) throws CertificateParsingException {
    this.certificate = certificate;
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all == null) {
      return;
    }
    for (List<?> entry : all) {
      if (entry.get(0).equals(DNS_NAME)) {
        names.add(entry.get(1).toString());
      } else if (entry.get(0).equals(IP_ADDRESS)) {
        addresses.add(entry.get(1).toString());
      }
    }
  }

  static CertificateNames of(X509Certificate certificate) throws CertificateRefused {
    try {
      return new CertificateNames(certificate);
    } catch (CertificateParsingException e) {
      throw new CertificateRefused(
          Failure.TLS_WRONG_HOST,
          "the names in its certificate (%s) cannot be read".formatted(Text.subject(certificate)),
          "");
    }
  }

  /**
   * @throws CertificateRefused if it is for none of these
   */
  void mustHold(List<ServerName> expected) throws CertificateRefused {
    if (expected.stream().anyMatch(this::holds)) {
      return;
    }
    throw new CertificateRefused(
        Failure.TLS_WRONG_HOST,
        "its certificate is for %s (expected: %s)".formatted(shown(), join(expected)),
        names.isEmpty() ? "" : "if that is the same server, give its name with --sni");
  }

  private static String join(List<ServerName> expected) {
    return expected.stream().map(ServerName::text).map(Text::of).collect(Collectors.joining(", "));
  }

  private boolean holds(ServerName expected) {
    return expected.isAddress()
        ? addresses.stream().anyMatch(address -> same(address, expected.text()))
        : names.stream().anyMatch(name -> matches(name, expected.text()));
  }

  private static boolean same(String one, String other) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(one);
    return bytes != null && Arrays.equals(bytes, NetUtil.createByteArrayFromIpAddressString(other));
  }

  /**
   * @param pattern {@code a.example} or {@code *.example}
   */
  static boolean matches(String pattern, String name) {
    String given = pattern.toLowerCase(Locale.ROOT);
    if (!given.startsWith("*.")) {
      return given.equals(name);
    }
    // A star is for one label, and not for those right below the root.
    int dot = name.indexOf('.');
    return dot > 0 && given.indexOf('.', 2) > 0 && given.substring(1).equals(name.substring(dot));
  }

  private String shown() {
    List<String> all = new ArrayList<>(names);
    all.addAll(addresses);
    if (all.isEmpty()) {
      return "no name or address (only for its subject, %s)".formatted(Text.subject(certificate));
    }
    String few = all.stream().limit(MAX_SHOWN).map(Text::of).collect(Collectors.joining(", "));
    return all.size() > MAX_SHOWN ? few + " and %d more".formatted(all.size() - MAX_SHOWN) : few;
  }
}
