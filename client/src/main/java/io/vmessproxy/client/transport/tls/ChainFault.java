package io.vmessproxy.client.transport.tls;

import io.vmessproxy.client.session.Failure;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Why a chain leads to no root: found by looking at it anew, as the JDK does not say. */
final class ChainFault {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";

  private ChainFault() {}

  /**
   * @param sent at least one
   * @param roots trusted ones
   * @param cause what the JDK says
   */
  static CertificateRefused of(
      X509Certificate[] sent, X509Certificate[] roots, CertificateException cause)
      throws CertificateEncodingException {
    List<X509Certificate> path = path(sent);
    Optional<CertificateRefused> time = time(path);
    if (time.isPresent()) {
      return time.get();
    }
    X509Certificate leaf = path.get(0);
    X509Certificate top = path.get(path.size() - 1);
    boolean known = path.stream().anyMatch(certificate -> isIssued(certificate, roots));
    if (known) {
      return forbidsServers(leaf) ? usage(leaf) : other(leaf, cause);
    }
    if (isSelfSigned(leaf)) {
      return selfSigned(leaf);
    }
    if (path.size() == 1) {
      return new CertificateRefused(
          Failure.TLS_INCOMPLETE_CHAIN,
          "it sends its certificate (%s) without that of the issuer (%s)"
              .formatted(Text.subject(leaf), Text.issuer(leaf)),
          "the server must send the whole chain, as in a fullchain.pem; or give the issuer's"
              + " with --ca FILE");
    }
    return new CertificateRefused(
        Failure.TLS_UNTRUSTED,
        "its chain ends at an unknown root (%s)".formatted(Text.issuer(top)),
        "if you trust that one, give it with --ca FILE");
  }

  /** From the server's own certificate as far up as what was sent leads. */
  private static List<X509Certificate> path(X509Certificate[] sent) {
    List<X509Certificate> path = new ArrayList<>(List.of(sent[0]));
    X509Certificate last = sent[0];
    while (!isSelfSigned(last) && path.size() < sent.length) {
      X509Certificate below = last;
      Optional<X509Certificate> issuer =
          Arrays.stream(sent)
              .filter(other -> !path.contains(other) && isIssuer(other, below))
              .findFirst();
      if (issuer.isEmpty()) {
        return path;
      }
      last = issuer.get();
      path.add(last);
    }
    return path;
  }

  private static boolean isIssued(X509Certificate certificate, X509Certificate[] roots) {
    return Arrays.stream(roots)
        .anyMatch(root -> root.equals(certificate) || isIssuer(root, certificate));
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return isIssuer(certificate, certificate);
  }

  private static boolean isIssuer(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false; // Another key of the same name.
    }
  }

  private static Optional<CertificateRefused> time(List<X509Certificate> path) {
    Instant now = Instant.now();
    for (X509Certificate certificate : path) {
      Instant begin = certificate.getNotBefore().toInstant();
      Instant end = certificate.getNotAfter().toInstant();
      if (now.isAfter(end)) {
        return Optional.of(
            new CertificateRefused(
                Failure.TLS_EXPIRED,
                "%s expired on %s".formatted(whose(certificate, path), Text.day(end)),
                "its owner must renew it, if this machine's clock (%s) is right"
                    .formatted(Text.day(now))));
      }
      if (now.isBefore(begin)) {
        return Optional.of(
            new CertificateRefused(
                Failure.TLS_NOT_YET_VALID,
                "%s is valid only from %s".formatted(whose(certificate, path), Text.day(begin)),
                "is this machine's clock (%s) right?".formatted(Text.day(now))));
      }
    }
    return Optional.empty();
  }

  private static String whose(X509Certificate certificate, List<X509Certificate> path) {
    return "%s certificate (%s)"
        .formatted(
            certificate.equals(path.get(0)) ? "its" : "its issuer's", Text.subject(certificate));
  }

  private static boolean forbidsServers(X509Certificate leaf) {
    try {
      List<String> usages = leaf.getExtendedKeyUsage();
      return usages != null && !usages.contains(SERVER_AUTH) && !usages.contains(ANY_USAGE);
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static CertificateRefused usage(X509Certificate leaf) {
    return new CertificateRefused(
        Failure.TLS_UNTRUSTED,
        "its certificate (%s) may not be a server's: that is not among its usages"
            .formatted(Text.subject(leaf)),
        "the server needs one with the usage serverAuth");
  }

  private static CertificateRefused selfSigned(X509Certificate leaf)
      throws CertificateEncodingException {
    String sha256 = Pins.certificate(leaf);
    return new CertificateRefused(
        Failure.TLS_SELF_SIGNED,
        "its certificate (%s) is self-signed".formatted(Text.subject(leaf)),
        "if it is your server's, take it with --pin %s, or --ca FILE, or --insecure"
            .formatted(sha256));
  }

  /** Signatures, lengths of keys, constraints of authorities. */
  private static CertificateRefused other(X509Certificate leaf, CertificateException cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null && !(deepest instanceof CertPathValidatorException)) {
      deepest = deepest.getCause();
    }
    return new CertificateRefused(
        Failure.TLS_UNTRUSTED,
        "its certificate (%s) does not pass: %s"
            .formatted(Text.subject(leaf), Text.of(String.valueOf(deepest.getMessage()))),
        "");
  }
}
