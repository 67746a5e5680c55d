package io.vmessproxy.client.transport.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An authority, and the certificates that tests need of it. */
public final class Certificates {
  /** What tests trust. */
  public static final X509Bundle ROOT = authority("CN=Test Root");

  /** What they do not. */
  public static final X509Bundle OTHER_ROOT = authority("CN=Other Root");

  static final X509Bundle INTERMEDIATE = intermediate();

  /** The usual one: for a.example, *.wild.example, localhost, 127.0.0.1 and ::1. */
  public static final X509Bundle SERVER = issued(server(), INTERMEDIATE);

  private Certificates() {}

  /** Of the authority. */
  public static List<X509Certificate> roots() {
    return List.of(ROOT.getCertificate());
  }

  /** The usual one's, for changes. */
  public static CertificateBuilder server() {
    return named(
        "a.example", "*.wild.example", "under_score.example", "localhost", "127.0.0.1", "::1");
  }

  /** A server's certificate for names and addresses; the first one is its subject's too. */
  public static CertificateBuilder named(String... names) {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + names[0])
        .addExtensionOctetString("2.5.29.17", false, alternatives(names))
        .notBefore(Instant.now().minus(Duration.ofDays(1)))
        .notAfter(Instant.now().plus(Duration.ofDays(90)))
        .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_SERVER_AUTH);
  }

  /** By hand, as the builder knows neither stars nor underscores: RFC 5280 §4.2.1.6. */
  private static byte[] alternatives(String... names) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names) {
      byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
      byte[] value = address == null ? name.getBytes(StandardCharsets.US_ASCII) : address;
      all.write(address == null ? 0x82 : 0x87);
      all.write(value.length);
      all.writeBytes(value);
    }
    ByteArrayOutputStream sequence = new ByteArrayOutputStream();
    sequence.write(0x30);
    sequence.write(all.size()); // Below 128 in all tests.
    sequence.writeBytes(all.toByteArray());
    return sequence.toByteArray();
  }

  static X509Bundle authority(String subject) {
    return selfSigned(new CertificateBuilder().ecp256().subject(subject));
  }

  private static X509Bundle intermediate() {
    return issued(
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Test Intermediate,O=Let's Test")
            .setIsCertificateAuthority(true),
        ROOT);
  }

  /** Signed by that issuer. */
  public static X509Bundle issued(CertificateBuilder builder, X509Bundle issuer) {
    try {
      return builder.buildIssuedBy(issuer);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signed by itself. */
  public static X509Bundle selfSigned(CertificateBuilder builder) {
    try {
      // The builder wants it so; it changes nothing for a server's own certificate.
      return builder.setIsCertificateAuthority(true).buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
