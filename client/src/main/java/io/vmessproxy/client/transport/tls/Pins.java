package io.vmessproxy.client.transport.tls;

import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TlsSettings.Pin.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The certificates that a user knows beforehand. One of them must fit. */
final class Pins {
  private static final int MAX_SHOWN = 3;

  private final List<Pin> pins;

  Pins(List<Pin> pins) {
    this.pins = pins;
  }

  boolean isEmpty() {
    return pins.isEmpty();
  }

  /** Whether the server's own certificate is pinned, or its key: then nothing else counts. */
  boolean holdServer(X509Certificate leaf) throws CertificateEncodingException {
    return has(Kind.CERTIFICATE, certificate(leaf)) || has(Kind.PUBLIC_KEY, publicKey(leaf));
  }

  /** The pinned authority among the certificates sent: the only root then. */
  Optional<X509Certificate> authority(X509Certificate[] chain) throws CertificateEncodingException {
    for (int i = 1; i < chain.length; i++) {
      if (chain[i].getBasicConstraints() >= 0 && has(Kind.CERTIFICATE, certificate(chain[i]))) {
        return Optional.of(chain[i]);
      }
    }
    return Optional.empty();
  }

  /** Whether the whole chain is pinned: besides the usual checks. */
  boolean holdChain(X509Certificate[] chain) throws CertificateEncodingException {
    return has(Kind.CHAIN, chain(chain));
  }

  private boolean has(Kind kind, String sha256) {
    return pins.contains(new Pin(kind, sha256));
  }

  /** What came, in the kinds that are pinned. */
  CertificateRefused refusal(X509Certificate[] sent) throws CertificateEncodingException {
    List<String> came = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (pins.stream().anyMatch(pin -> pin.kind() == kind)) {
        came.add(word(kind) + " is sha256 " + hash(kind, sent));
      }
    }
    String expected =
        pins.stream()
            .limit(MAX_SHOWN)
            .map(pin -> word(pin.kind()) + " " + pin.sha256())
            .collect(Collectors.joining(" or "));
    String more = pins.size() > MAX_SHOWN ? " or %d more".formatted(pins.size() - MAX_SHOWN) : "";
    return new CertificateRefused(
        Failure.TLS_PIN,
        "its %s (pinned: %s%s)".formatted(String.join(", its ", came), expected, more),
        "if its owner says that it changed, pin the new one");
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case CHAIN -> "chain";
      case CERTIFICATE -> "certificate";
      case PUBLIC_KEY -> "public key";
    };
  }

  private static String hash(Kind kind, X509Certificate[] sent)
      throws CertificateEncodingException {
    return switch (kind) {
      case CHAIN -> chain(sent);
      case CERTIFICATE -> certificate(sent[0]);
      case PUBLIC_KEY -> publicKey(sent[0]);
    };
  }

  /** SHA-256 of a certificate, hex: its fingerprint. */
  static String certificate(X509Certificate certificate) throws CertificateEncodingException {
    return HexFormat.of().formatHex(sha256().digest(certificate.getEncoded()));
  }

  private static String publicKey(X509Certificate certificate) {
    return HexFormat.of().formatHex(sha256().digest(certificate.getPublicKey().getEncoded()));
  }

  private static String chain(X509Certificate[] chain) throws CertificateEncodingException {
    List<byte[]> encoded = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      encoded.add(certificate.getEncoded());
    }
    return HexFormat.of().formatHex(chainHash(encoded));
  }

  /** As V2Ray: each certificate's hash is hashed together with what came before. */
  static byte[] chainHash(List<byte[]> chain) {
    MessageDigest sha256 = sha256();
    byte[] hash = sha256.digest(chain.get(0));
    for (byte[] certificate : chain.subList(1, chain.size())) {
      byte[] next = sha256.digest(certificate);
      sha256.update(hash);
      hash = sha256.digest(next);
    }
    return hash;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
