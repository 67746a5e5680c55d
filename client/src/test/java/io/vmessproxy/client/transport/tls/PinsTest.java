package io.vmessproxy.client.transport.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TlsSettings.Pin.Kind;
import io.vmessproxy.client.transport.TransportException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PinsTest {
  private static final String OTHER = "00".repeat(32);

  /** Vector: made with the algorithm of v2ray-core, transport/internet/tls/pin.go. */
  @Test
  void hashesAChainAsV2RayDoes() {
    byte[] hash =
        Pins.chainHash(Stream.of("cert-A", "cert-B", "cert-C").map(PinsTest::ascii).toList());

    assertThat(Base64.getEncoder().encodeToString(hash))
        .isEqualTo("8LC70q8XMa8LXHBWXtOPoGJEQYINaI22X2ACL9fnYhw=");
  }

  /** As above. */
  @Test
  void hashesAChainOfOne() {
    byte[] hash = Pins.chainHash(List.of(ascii("cert-A")));

    assertThat(Base64.getEncoder().encodeToString(hash))
        .isEqualTo("LkZkCg5g/qvBC2bPSiyJZJg9OoIe1PgtN8AbY9dAn8I=");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  @ParameterizedTest
  @EnumSource
  void takesAPinnedCertificateWhateverElseIsWrong(Provider provider) throws Exception {
    X509Bundle own = Certificates.selfSigned(Certificates.named("other.example"));

    assertOpens(provider, own, settings(false, pin(Kind.CERTIFICATE, own)));
  }

  @ParameterizedTest
  @EnumSource
  void takesAPinnedPublicKeyWhateverElseIsWrong(Provider provider) throws Exception {
    X509Bundle own = Certificates.selfSigned(Certificates.named("other.example"));
    Pin pin = new Pin(Kind.PUBLIC_KEY, sha256(own.getCertificate().getPublicKey().getEncoded()));

    assertOpens(provider, own, settings(false, pin));
  }

  @ParameterizedTest
  @EnumSource
  void takesAPinnedAuthorityAsTheOnlyRoot(Provider provider) throws Exception {
    Pin pin = pin(Kind.CERTIFICATE, Certificates.INTERMEDIATE);

    assertOpens(provider, Certificates.SERVER, settings(false, pin));
  }

  @ParameterizedTest
  @EnumSource
  void checksTheNameBelowAPinnedAuthority(Provider provider) throws Exception {
    X509Bundle other =
        Certificates.issued(Certificates.named("b.example"), Certificates.INTERMEDIATE);

    TransportException fault =
        refused(provider, other, settings(false, pin(Kind.CERTIFICATE, Certificates.INTERMEDIATE)));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_WRONG_HOST);
  }

  @ParameterizedTest
  @CsvSource({"JDK, false", "JDK, true", "BORINGSSL, false", "BORINGSSL, true"})
  void refusesAChainThatOnlyHoldsAPinnedAuthority(Provider provider, boolean insecure)
      throws Exception {
    X509Bundle forged = Certificates.selfSigned(Certificates.server());
    Pin pin = pin(Kind.CERTIFICATE, Certificates.INTERMEDIATE);
    TransportException fault;
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.echo(
              SslContextBuilder.forServer(
                      new LooseChain(
                          forged.getKeyPair().getPrivate(),
                          forged.getCertificate(),
                          Certificates.INTERMEDIATE.getCertificate()))
                  .sslProvider(SslProvider.JDK));
      fault = loopback.refused(loopback.client(port, settings(insecure, pin)));
    }

    assertThat(fault.failure()).isEqualTo(Failure.TLS_SELF_SIGNED);
  }

  @ParameterizedTest
  @EnumSource
  void checksAPinnedChainBesidesTheRest(Provider provider) throws Exception {
    Pin pin = chainPin(Certificates.SERVER);
    TlsSettings trusted =
        new TlsSettings(
            "a.example", List.of(), false, Certificates.roots(), List.of(pin), List.of());

    assertOpens(provider, Certificates.SERVER, trusted);
    assertThat(refused(provider, Certificates.SERVER, settings(false, pin)).failure())
        .isEqualTo(Failure.TLS_UNTRUSTED);
  }

  @ParameterizedTest
  @EnumSource
  void takesAPinnedChainAloneWhereThatIsWanted(Provider provider) throws Exception {
    assertOpens(provider, Certificates.SERVER, settings(true, chainPin(Certificates.SERVER)));
  }

  @ParameterizedTest
  @EnumSource
  void takesOneOfSeveralPins(Provider provider) throws Exception {
    assertOpens(
        provider,
        Certificates.SERVER,
        settings(false, new Pin(Kind.CHAIN, OTHER), pin(Kind.CERTIFICATE, Certificates.SERVER)));
  }

  @ParameterizedTest
  @EnumSource
  void saysWhichCertificateCameInsteadOfThePinnedOne(Provider provider) throws Exception {
    TransportException fault =
        refused(provider, Certificates.SERVER, settings(false, new Pin(Kind.CERTIFICATE, OTHER)));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PIN);
    assertThat(fault.evidence())
        .isEqualTo(
            "its certificate is sha256 %s (pinned: certificate %s)"
                .formatted(sha256(Certificates.SERVER.getCertificate().getEncoded()), OTHER));
    assertThat(fault.action()).contains("pin the new one");
  }

  @ParameterizedTest
  @EnumSource
  void saysWhichPublicKeyCameInsteadOfThePinnedOne(Provider provider) throws Exception {
    TransportException fault =
        refused(provider, Certificates.SERVER, settings(false, new Pin(Kind.PUBLIC_KEY, OTHER)));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PIN);
    assertThat(fault.evidence())
        .isEqualTo(
            "its public key is sha256 %s (pinned: public key %s)"
                .formatted(
                    sha256(Certificates.SERVER.getCertificate().getPublicKey().getEncoded()),
                    OTHER));
  }

  @ParameterizedTest
  @EnumSource
  void saysWhichChainCameInsteadOfThePinnedOneThoughItIsInsecure(Provider provider)
      throws Exception {
    TransportException fault =
        refused(provider, Certificates.SERVER, settings(true, new Pin(Kind.CHAIN, OTHER)));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PIN);
    assertThat(fault.evidence())
        .isEqualTo(
            "its chain is sha256 %s (pinned: chain %s)"
                .formatted(chainPin(Certificates.SERVER).sha256(), OTHER));
  }

  private static void assertOpens(Provider provider, X509Bundle server, TlsSettings settings)
      throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      Channel channel = loopback.open(loopback.client(loopback.echo(server), settings));

      assertThat(channel.isActive()).isTrue();
    }
  }

  private static TransportException refused(
      Provider provider, X509Bundle server, TlsSettings settings) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      return loopback.refused(loopback.client(loopback.echo(server), settings));
    }
  }

  /** The test's authority is not trusted. */
  private static TlsSettings settings(boolean insecure, Pin... pins) {
    return new TlsSettings(
        "a.example",
        List.of(),
        insecure,
        List.of(Certificates.OTHER_ROOT.getCertificate()),
        List.of(pins),
        List.of());
  }

  private static Pin pin(Kind kind, X509Bundle bundle) throws Exception {
    return new Pin(kind, sha256(bundle.getCertificate().getEncoded()));
  }

  private static Pin chainPin(X509Bundle bundle) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] hash = null;
    for (X509Certificate certificate : bundle.getCertificatePath()) {
      byte[] next = digest.digest(certificate.getEncoded());
      if (hash != null) {
        digest.update(hash);
        next = digest.digest(next);
      }
      hash = next;
    }
    return new Pin(Kind.CHAIN, HexFormat.of().formatHex(hash));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
