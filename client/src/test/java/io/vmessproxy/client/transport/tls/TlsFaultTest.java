package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong with a server's TLS is told in a sentence of its own, by both providers. */
class TlsFaultTest {
  @ParameterizedTest
  @EnumSource
  void namesTheDayOnWhichACertificateExpired(Provider provider) throws Exception {
    CertificateBuilder old =
        Certificates.server()
            .notBefore(Instant.parse("2024-01-02T00:00:00Z"))
            .notAfter(Instant.parse("2025-01-02T03:04:05Z"));

    TransportException fault = against(provider, Certificates.issued(old, Certificates.ROOT));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_EXPIRED);
    assertThat(fault.evidence()).isEqualTo("its certificate (CN=a.example) expired on 2025-01-02");
    assertThat(fault.action()).contains("renew", "clock");
  }

  @ParameterizedTest
  @EnumSource
  void namesTheIssuerWhoseCertificateExpired(Provider provider) throws Exception {
    X509Bundle old =
        Certificates.issued(
            new CertificateBuilder()
                .ecp256()
                .subject("CN=Old Intermediate")
                .setIsCertificateAuthority(true)
                .notBefore(Instant.parse("2023-01-02T00:00:00Z"))
                .notAfter(Instant.parse("2025-01-02T03:04:05Z")),
            Certificates.ROOT);

    TransportException fault = against(provider, Certificates.issued(Certificates.server(), old));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_EXPIRED);
    assertThat(fault.evidence())
        .isEqualTo("its issuer's certificate (CN=Old Intermediate) expired on 2025-01-02");
  }

  @ParameterizedTest
  @EnumSource
  void hintsAtTheClockWhereACertificateIsNotYetValid(Provider provider) throws Exception {
    CertificateBuilder early =
        Certificates.server()
            .notBefore(Instant.parse("2090-01-02T00:00:00Z"))
            .notAfter(Instant.parse("2091-01-02T00:00:00Z"));

    TransportException fault = against(provider, Certificates.issued(early, Certificates.ROOT));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_NOT_YET_VALID);
    assertThat(fault.evidence())
        .isEqualTo("its certificate (CN=a.example) is valid only from 2090-01-02");
    assertThat(fault.action())
        .matches("is this machine's clock \\(\\d{4}-\\d{2}-\\d{2}\\) right\\?");
  }

  @ParameterizedTest
  @EnumSource
  void namesWhatACertificateIsForInsteadOfTheName(Provider provider) throws Exception {
    TransportException fault =
        against(provider, Certificates.SERVER, Loopback.settings("b.example"));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_WRONG_HOST);
    assertThat(fault.evidence())
        .isEqualTo(
            "its certificate is for a.example, *.wild.example, under_score.example and 3 more"
                + " (expected: b.example)");
    assertThat(fault.action()).contains("--sni");
  }

  @ParameterizedTest
  @EnumSource
  void namesWhatACertificateIsForInsteadOfTheAddress(Provider provider) throws Exception {
    X509Bundle named = Certificates.issued(Certificates.named("a.example"), Certificates.ROOT);

    TransportException fault = against(provider, named, Loopback.settings("127.0.0.1"));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_WRONG_HOST);
    assertThat(fault.evidence())
        .isEqualTo("its certificate is for a.example (expected: 127.0.0.1)");
    assertThat(fault.action()).contains("--sni");
  }

  @ParameterizedTest
  @EnumSource
  void countsNoCommonName(Provider provider) throws Exception {
    CertificateBuilder nameless = new CertificateBuilder().ecp256().subject("CN=a.example");

    TransportException fault = against(provider, Certificates.issued(nameless, Certificates.ROOT));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_WRONG_HOST);
    assertThat(fault.evidence()).startsWith("its certificate is for no name or address");
  }

  @ParameterizedTest
  @EnumSource
  void offersToPinASelfSignedCertificate(Provider provider) throws Exception {
    X509Bundle own = Certificates.selfSigned(Certificates.server());

    TransportException fault = against(provider, own);

    assertThat(fault.failure()).isEqualTo(Failure.TLS_SELF_SIGNED);
    assertThat(fault.evidence()).isEqualTo("its certificate (CN=a.example) is self-signed");
    assertThat(fault.action())
        .contains("--pin " + Pins.certificate(own.getCertificate()), "--ca FILE", "--insecure");
  }

  @ParameterizedTest
  @EnumSource
  void namesTheUnknownRootThatIsSent(Provider provider) throws Exception {
    X509Bundle issued = Certificates.issued(Certificates.server(), Certificates.OTHER_ROOT);
    X509Certificate root = Certificates.OTHER_ROOT.getCertificate();

    TransportException fault = sending(provider, issued, issued.getCertificate(), root);

    assertThat(fault.failure()).isEqualTo(Failure.TLS_UNTRUSTED);
    assertThat(fault.evidence()).isEqualTo("its chain ends at an unknown root (CN=Other Root)");
    assertThat(fault.action()).contains("--ca FILE");
  }

  @ParameterizedTest
  @EnumSource
  void namesTheUnknownRootThatIsNotSent(Provider provider) throws Exception {
    TlsSettings others =
        new TlsSettings(
            "a.example",
            List.of(),
            false,
            List.of(Certificates.OTHER_ROOT.getCertificate()),
            List.of(),
            List.of());

    TransportException fault = against(provider, Certificates.SERVER, others);

    assertThat(fault.failure()).isEqualTo(Failure.TLS_UNTRUSTED);
    assertThat(fault.evidence()).isEqualTo("its chain ends at an unknown root (CN=Test Root)");
  }

  @ParameterizedTest
  @EnumSource
  void knowsNoneOfTheTestsRootsByTheSystem(Provider provider) throws Exception {
    TransportException fault =
        against(provider, Certificates.SERVER, TlsSettings.STANDARD.withServerName("a.example"));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_UNTRUSTED);
    assertThat(fault.evidence()).isEqualTo("its chain ends at an unknown root (CN=Test Root)");
  }

  @ParameterizedTest
  @EnumSource
  void namesTheIssuerThatIsNotSent(Provider provider) throws Exception {
    X509Bundle server = Certificates.SERVER;

    TransportException fault = sending(provider, server, server.getCertificate());

    assertThat(fault.failure()).isEqualTo(Failure.TLS_INCOMPLETE_CHAIN);
    assertThat(fault.evidence())
        .isEqualTo(
            "it sends its certificate (CN=a.example) without that of the issuer"
                + " (CN=Test Intermediate,O=Let's Test)");
    assertThat(fault.action()).contains("whole chain", "--ca FILE");
  }

  @ParameterizedTest
  @EnumSource
  void refusesACertificateThatMayNotBeAServers(Provider provider) throws Exception {
    CertificateBuilder clients =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=a.example")
            .addSanDnsName("a.example")
            .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_CLIENT_AUTH);

    TransportException fault = against(provider, Certificates.issued(clients, Certificates.ROOT));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_UNTRUSTED);
    assertThat(fault.evidence())
        .isEqualTo(
            "its certificate (CN=a.example) may not be a server's: that is not among its usages");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatAnIssuerIsNoAuthority(Provider provider) throws Exception {
    X509Bundle other = Certificates.issued(Certificates.named("b.example"), Certificates.ROOT);

    TransportException fault = against(provider, Certificates.issued(Certificates.server(), other));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_UNTRUSTED);
    assertThat(fault.evidence()).startsWith("its certificate (CN=a.example) does not pass: ");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatThereIsNoCommonVersion(Provider provider) throws Exception {
    TransportException fault;
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.echo(
              Certificates.SERVER, SslProvider.OPENSSL, builder -> builder.protocols("TLSv1.1"));
      fault = loopback.refused(loopback.client(port, Loopback.settings("a.example")));
    }

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(fault.evidence()).contains("the server speaks neither TLS 1.2 nor 1.3");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerChoseAnOldVersion(Provider provider) throws Exception {
    byte[] serverHello = new byte[47];
    byte[] head = {22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2};
    System.arraycopy(head, 0, serverHello, 0, head.length);
    serverHello[44] = (byte) 0xc0; // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    serverHello[45] = 9;

    TransportException fault = against(provider, serverHello);

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(fault.evidence()).isEqualTo("the server speaks neither TLS 1.2 nor 1.3");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatThereIsNoCommonCipher(Provider provider) throws Exception {
    TransportException fault;
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.echo(
              Certificates.SERVER,
              SslProvider.JDK,
              builder ->
                  builder
                      .protocols("TLSv1.2")
                      .ciphers(List.of("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384")));
      fault = loopback.refused(loopback.client(port, Loopback.settings("a.example")));
    }

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(fault.evidence())
        .isEqualTo(
            "answered with the alert \"handshake failure\": no common cipher, or it wants a"
                + " certificate of the client");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerRefusesTheApplicationProtocol(Provider provider) throws Exception {
    TransportException fault =
        withAlpn(provider, SelectorFailureBehavior.FATAL_ALERT, List.of("h2"));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(fault.evidence())
        .isEqualTo("answered with the alert \"no application protocol\": it takes none of h2");
    assertThat(fault.action()).contains("--alpn");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerDoesNotTakeHttp2(Provider provider) throws Exception {
    TransportException fault =
        withAlpn(provider, SelectorFailureBehavior.NO_ADVERTISE, List.of("h2"));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(fault.evidence()).isEqualTo("chose no application protocol (expected: h2)");
    assertThat(fault.action()).contains("HTTP/2");
  }

  private static TransportException withAlpn(
      Provider provider, SelectorFailureBehavior behaviour, List<String> offered) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.echo(
              Certificates.SERVER,
              SslProvider.JDK,
              builder ->
                  builder.applicationProtocolConfig(
                      new ApplicationProtocolConfig(
                          Protocol.ALPN,
                          behaviour,
                          SelectedListenerFailureBehavior.ACCEPT,
                          "http/1.1")));
      return loopback.refused(loopback.client(port, Loopback.settings("a.example"), offered));
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsWhatAPlainHttpServerAnswers(Provider provider) throws Exception {
    TransportException fault =
        against(
            provider,
            "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    assertThat(fault.failure()).isEqualTo(Failure.TLS_TO_PLAIN);
    assertThat(fault.evidence())
        .isEqualTo("answered \"HTTP/1.1 400 Bad Request\", which is no TLS");
    assertThat(fault.action()).contains("without --tls");
  }

  @ParameterizedTest
  @EnumSource
  void showsWhatABinaryServerAnswersInHex(Provider provider) throws Exception {
    TransportException fault = against(provider, new byte[] {5, (byte) 0xff, 0, 1, 2, 3});

    assertThat(fault.failure()).isEqualTo(Failure.TLS_TO_PLAIN);
    assertThat(fault.evidence()).isEqualTo("answered 0x05ff00010203, which is no TLS");
  }

  @ParameterizedTest
  @EnumSource
  void showsAnAnswerThatIsTooShortForTls(Provider provider) throws Exception {
    TransportException fault = against(provider, new byte[] {'O', 'K', '\n'});

    assertThat(fault.failure()).isEqualTo(Failure.TLS_TO_PLAIN);
    assertThat(fault.evidence()).isEqualTo("answered \"OK\", which is no TLS");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerDoesNotKnowTheName(Provider provider) throws Exception {
    TransportException fault = against(provider, new byte[] {21, 3, 3, 0, 2, 2, 112});

    assertThat(fault.failure()).isEqualTo(Failure.TLS_WRONG_HOST);
    assertThat(fault.evidence()).isEqualTo("answered with the alert \"unrecognized name\"");
    assertThat(fault.action()).contains("--sni");
  }

  @ParameterizedTest
  @EnumSource
  void tellsAnyOtherAlertInWords(Provider provider) throws Exception {
    TransportException fault = against(provider, new byte[] {21, 3, 3, 0, 2, 2, 49});

    assertThat(fault.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(fault.evidence()).isEqualTo("answered with the alert \"access denied\"");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerClosedInTheHandshake(Provider provider) throws Exception {
    TransportException fault = against(provider, new Answer(ChannelHandlerContext::close));

    assertThat(fault.failure()).isEqualTo(Failure.RESET);
    assertThat(fault.evidence()).isEqualTo("closed the connection in the handshake");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerResetTheHandshake(Provider provider) throws Exception {
    TransportException fault =
        against(
            provider,
            new Answer(
                ctx -> {
                  ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                  ctx.close();
                }));

    assertThat(fault.failure()).isEqualTo(Failure.RESET);
    assertThat(fault.evidence()).isEqualTo("reset the connection in the handshake");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheServerIsSilent(Provider provider) throws Exception {
    TransportException fault = against(provider, new Answer(ctx -> {}));

    assertThat(fault.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(fault.evidence()).isEqualTo("no answer to TLS within 700 ms");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheHandshakeDoesNotEnd(Provider provider) throws Exception {
    TransportException fault = against(provider, new byte[] {22, 3, 3, 0, 60, 2, 0});

    assertThat(fault.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(fault.evidence()).isEqualTo("the handshake did not end within 700 ms");
  }

  private static TransportException against(Provider provider, X509Bundle server) throws Exception {
    return against(provider, server, Loopback.settings("a.example"));
  }

  private static TransportException against(
      Provider provider, X509Bundle server, TlsSettings settings) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      return loopback.refused(loopback.client(loopback.echo(server), settings));
    }
  }

  private static TransportException against(Provider provider, byte[] answer) throws Exception {
    return against(provider, new Answer(ctx -> ctx.writeAndFlush(Unpooled.copiedBuffer(answer))));
  }

  private static TransportException against(Provider provider, ChannelHandler server)
      throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.listen(
              channel -> {
                channel.config().setAutoRead(true);
                channel.pipeline().addLast(server);
              });
      return loopback.refused(
          loopback.client(port, Loopback.settings("a.example"), List.of(), Duration.ofMillis(700)));
    }
  }

  private static TransportException sending(
      Provider provider, X509Bundle server, X509Certificate... chain) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.echo(Loopback.server(server, chain));
      return loopback.refused(loopback.client(port, Loopback.settings("a.example")));
    }
  }

  /** Answers the client's first bytes. */
  private static final class Answer extends ChannelInboundHandlerAdapter {
    private final Consumer<ChannelHandlerContext> answer;

    Answer(Consumer<ChannelHandlerContext> answer) {
      this.answer = answer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
      answer.accept(ctx);
    }
  }
}
