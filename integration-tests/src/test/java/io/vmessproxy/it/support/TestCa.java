package io.vmessproxy.it.support;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A certificate authority that nobody knows but the tests, and one server's certificate of it. */
public final class TestCa {
  /** The server's name; its certificate is for 127.0.0.1, too. */
  public static final String NAME = "vmess.test";

  private final X509Bundle root;
  private final X509Bundle server;
  private final Path directory;

  private TestCa(X509Bundle root, X509Bundle server, Path directory) {
    this.root = root;
    this.server = server;
    this.directory = directory;
  }

  /**
   * Makes one.
   *
   * @param directory for its files
   */
  public static TestCa in(Path directory) {
    try {
      Instant now = Instant.now();
      CertificateBuilder builder =
          new CertificateBuilder()
              .ecp256()
              .notBefore(now.minus(1, ChronoUnit.DAYS))
              .notAfter(now.plus(10, ChronoUnit.DAYS));
      X509Bundle root =
          builder
              .copy()
              .subject("CN=Root of the tests")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
      X509Bundle server =
          builder
              .copy()
              .subject("CN=" + NAME)
              .addSanDnsName(NAME)
              .addSanIpAddress("127.0.0.1")
              .addExtendedKeyUsageServerAuth()
              .buildIssuedBy(root);
      TestCa ca = new TestCa(root, server, Files.createTempDirectory(directory, "ca"));
      Files.writeString(ca.rootFile(), root.getCertificatePEM());
      Files.writeString(ca.certificateFile(), server.getCertificatePathPEM());
      Files.writeString(ca.keyFile(), server.getPrivateKeyPEM());
      return ca;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What to trust. */
  public Path rootFile() {
    return directory.resolve("root.pem");
  }

  /** The server's certificate. */
  public Path certificateFile() {
    return directory.resolve("server.pem");
  }

  /** The server's key. */
  public Path keyFile() {
    return directory.resolve("server.key");
  }

  /** The server's certificate and key as V2Ray's {@code tlsSettings} have them. */
  String v2rayServer() {
    return "{\"certificate\": [%s], \"key\": [%s]}"
        .formatted(lines(server.getCertificatePathPEM()), lines(server.getPrivateKeyPEM()));
  }

  /** The root as V2Ray's {@code tlsSettings} have one to trust. */
  String v2rayRoot() {
    return "{\"usage\": \"verify\", \"certificate\": [%s]}"
        .formatted(lines(root.getCertificatePEM()));
  }

  private static String lines(String pem) {
    return pem.lines()
        .filter(line -> !line.isBlank())
        .map(line -> '"' + line + '"')
        .reduce((a, b) -> a + ", " + b)
        .orElseThrow();
  }
}
