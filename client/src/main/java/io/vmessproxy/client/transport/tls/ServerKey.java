package io.vmessproxy.client.transport.tls;

import io.vmessproxy.client.transport.TlsServerSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * A server's certificate with those that lead to the root, and its private key.
 *
 * @param chain the server's own first; at least one
 */
record ServerKey(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 4;

  /**
   * @throws IOException if a file cannot be read, is something else, or the two do not belong
   *     together; the message names it
   */
  static ServerKey read(TlsServerSettings settings) throws IOException {
    List<X509Certificate> chain = PemFile.read(settings.certificate()).certificates();
    mustFollow(settings.certificate(), chain);
    PublicKey publicKey = chain.get(0).getPublicKey();
    PrivateKey key = key(settings.key(), publicKey);
    if (!belong(key, publicKey)) {
      throw new IOException(
          "%s: is not the key of %s (expected: the one for the first certificate in it, %s)"
              .formatted(settings.key(), settings.certificate(), Text.subject(chain.get(0))));
    }
    return new ServerKey(chain, key);
  }

  private static void mustFollow(Path path, List<X509Certificate> chain) throws IOException {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate below = chain.get(i - 1);
      X509Certificate issuer = chain.get(i);
      if (!below.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
        throw new IOException(
            "%s: its certificate %d is that of %s (expected: the issuer of the one before, %s)"
                .formatted(path, i + 1, Text.subject(issuer), Text.issuer(below)));
      }
    }
  }

  private static PrivateKey key(Path path, PublicKey publicKey) throws IOException {
    PemFile file = PemFile.read(path);
    for (PemFile.Block block : file.blocks()) {
      String label = block.label();
      if (label.startsWith("ENCRYPTED ")) {
        throw new IOException(
            "%s: the key has a password (expected: none; openssl pkey -in %s -out FILE)"
                .formatted(path, path));
      }
      if (label.equals("PRIVATE KEY")) {
        return decoded(path, file.der(block), publicKey);
      }
      if (label.equals("RSA PRIVATE KEY") || label.equals("EC PRIVATE KEY")) {
        return decoded(path, pkcs8(file.der(block), publicKey), publicKey);
      }
    }
    throw new IOException(
        "%s: holds %s (expected: -----BEGIN PRIVATE KEY-----)".formatted(path, file.content()));
  }

  private static PrivateKey decoded(Path path, byte[] pkcs8, PublicKey publicKey)
      throws IOException {
    try {
      return KeyFactory.getInstance(publicKey.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "%s: the key cannot be read (expected: one of %s, as the certificate's)"
              .formatted(path, publicKey.getAlgorithm()),
          e);
    }
  }

  /**
   * A key of the older forms in the one that Java reads (RFC 5208 §5): of which algorithm and curve
   * it is, the certificate's public key says in the same words.
   */
  private static byte[] pkcs8(byte[] key, PublicKey publicKey) {
    return der(
        SEQUENCE, join(VERSION_0, algorithm(publicKey.getEncoded()), der(OCTET_STRING, key)));
  }

  /** The first element of a SubjectPublicKeyInfo (RFC 5280 §4.1). */
  private static byte[] algorithm(byte[] info) {
    int start = contentAt(info, 0);
    int content = contentAt(info, start);
    int length = info[start + 1]; // Of an object identifier or two: always the short form.
    return Arrays.copyOfRange(info, start, content + length);
  }

  /** Where the content of the element at {@code start} begins: behind its tag and length. */
  private static int contentAt(byte[] der, int start) {
    int length = der[start + 1];
    return start + 2 + (length < 0 ? length & 0x7f : 0);
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >>> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static boolean belong(PrivateKey key, PublicKey publicKey) {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(VERSION_0);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(VERSION_0);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
