package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates in PEM, in a file or in the settings themselves. */
final class PemFile {
  private static final int MAX_BYTES = 1 << 20;

  private PemFile() {}

  /**
   * A file's path, which need not be there.
   *
   * @param where the JSON path, for the message
   */
  static Path path(String where, String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new SettingsException(
          "%s: \"%s\" is no file's name (expected: a PEM file)"
              .formatted(where, Masked.plain(name)));
    }
  }

  /**
   * The certificates of a file.
   *
   * @param where the JSON path, for the message
   */
  static List<X509Certificate> read(String where, String name) {
    try (InputStream in = Files.newInputStream(path(where, name))) {
      return certificates(where, in.readNBytes(MAX_BYTES));
    } catch (IOException e) {
      throw new SettingsException(
          "%s: \"%s\" cannot be read (expected: a PEM file)".formatted(where, Masked.plain(name)));
    }
  }

  /** The certificates of a text. */
  static List<X509Certificate> parse(String where, String pem) {
    return certificates(where, pem.getBytes(StandardCharsets.UTF_8));
  }

  private static List<X509Certificate> certificates(String where, byte[] pem) {
    List<X509Certificate> certificates = List.of();
    try {
      certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (CertificateException e) {
      // As good as none.
    }
    if (certificates.isEmpty()) {
      throw new SettingsException(
          where + ": no certificate in it (expected: PEM, -----BEGIN CERTIFICATE----- ...)");
    }
    return certificates;
  }
}
