package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TlsTransportTest {
  @ParameterizedTest
  @CsvSource({"BORINGSSL,TLSv1.2", "BORINGSSL,TLSv1.3", "JDK,TLSv1.2", "JDK,TLSv1.3"})
  void carriesBytesBothWays(Provider provider, String version) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.echo(
              Certificates.SERVER, SslProvider.JDK, builder -> builder.protocols(version));

      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));

      assertThat(channel.config().isAutoRead()).isFalse();
      assertThat(session(channel).engine().getSession().getProtocol()).isEqualTo(version);
      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesTheServersAddressWhereNoNameIsGiven(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      BlockingQueue<String> hellos = new LinkedBlockingQueue<>();
      int port = heard(loopback, hellos);

      Channel channel = loopback.open(loopback.client(port, Loopback.settings(null)));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
      assertThat(hellos.take()).doesNotContain("127.0.0.1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BORINGSSL,a.example,a.example",
    "BORINGSSL,A.Example.,a.example",
    "BORINGSSL,localhost,localhost",
    "BORINGSSL,x.wild.example,x.wild.example",
    "BORINGSSL,under_score.example,under_score.example",
    "JDK,a.example,a.example",
    "JDK,A.Example.,a.example",
    "JDK,localhost,localhost",
    "JDK,x.wild.example,x.wild.example",
    "JDK,under_score.example,under_score.example"
  })
  void sendsTheNameAndFindsItInTheCertificate(Provider provider, String given, String sent)
      throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      BlockingQueue<String> hellos = new LinkedBlockingQueue<>();
      int port = heard(loopback, hellos);

      Channel channel = loopback.open(loopback.client(port, Loopback.settings(given)));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
      assertThat(hellos.take()).contains("\0" + (char) sent.length() + sent);
    }
  }

  /** A server; {@code hellos} takes the first bytes of each connection. Returns its port. */
  private static int heard(Loopback loopback, BlockingQueue<String> hellos) throws Exception {
    SslContext context =
        Loopback.server(Certificates.SERVER, Certificates.SERVER.getCertificatePath())
            .sslProvider(SslProvider.OPENSSL) // The JDK takes no underscore from a client.
            .build();
    return loopback.listen(
        channel -> {
          channel.config().setAutoRead(true);
          channel
              .pipeline()
              .addLast(
                  new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                      hellos.add(((ByteBuf) msg).toString(StandardCharsets.ISO_8859_1));
                      ctx.pipeline().remove(this);
                      ctx.fireChannelRead(msg);
                    }
                  },
                  context.newHandler(channel.alloc()),
                  new Loopback.Echo());
        });
  }

  @ParameterizedTest
  @EnumSource
  void refusesANameThatNoServerCanHave(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.echo(Certificates.SERVER);

      TransportException fault =
          loopback.refused(loopback.client(port, Loopback.settings("a b.example")));

      assertThat(fault.evidence()).isEqualTo("the server name \"a b.example\" is none");
      assertThat(fault.action()).contains("--sni");
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesANameToVerifyInsteadOfTheServersName(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.echo(Certificates.SERVER);
      TlsSettings settings =
          new TlsSettings(
              "front.example",
              List.of(),
              false,
              Certificates.roots(),
              List.of(),
              List.of("b.example", "a.example"));

      Channel channel = loopback.open(loopback.client(port, settings));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesAnyCertificateWhereThatIsWanted(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      X509Bundle own = Certificates.selfSigned(Certificates.named("other.example"));
      int port = loopback.echo(own);
      TlsSettings insecure =
          new TlsSettings("a.example", List.of(), true, List.of(), List.of(), List.of());

      Channel channel = loopback.open(loopback.client(port, insecure));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
    }
  }

  static Stream<Arguments> applicationProtocols() {
    return Stream.of(Provider.values())
        .flatMap(
            provider ->
                Stream.of(
                    Arguments.of(provider, List.of("h2"), "h2"),
                    Arguments.of(provider, List.of("h2", "http/1.1"), "h2"),
                    Arguments.of(provider, List.of("http/1.1"), "http/1.1")));
  }

  @ParameterizedTest
  @MethodSource("applicationProtocols")
  void agreesOnAnApplicationProtocol(Provider provider, List<String> offered, String agreed)
      throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.echo(
              Certificates.SERVER,
              SslProvider.JDK,
              builder ->
                  builder.applicationProtocolConfig(
                      new ApplicationProtocolConfig(
                          Protocol.ALPN,
                          SelectorFailureBehavior.FATAL_ALERT,
                          SelectedListenerFailureBehavior.ACCEPT,
                          "h2",
                          "http/1.1")));

      Channel channel =
          loopback.open(loopback.client(port, Loopback.settings("a.example"), offered));

      assertThat(session(channel).applicationProtocol()).isEqualTo(agreed);
    }
  }

  @ParameterizedTest
  @CsvSource({"BORINGSSL,TLSv1.2", "BORINGSSL,TLSv1.3", "JDK,TLSv1.2", "JDK,TLSv1.3"})
  void resumesASession(Provider provider, String version) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      AtomicInteger sent = new AtomicInteger();
      int port = measured(loopback, provider, version, sent);
      TlsTransport client = loopback.client(port, Loopback.settings("a.example"));

      int[] bytes = new int[3];
      for (int i = 0; i < bytes.length; i++) {
        sent.set(0);
        Channel channel = loopback.open(client);
        // The ticket of TLS 1.3 is read with the first bytes.
        assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
        bytes[i] = sent.get();
        channel.close().sync();
      }

      int certificates = 0;
      for (X509Certificate certificate : Certificates.SERVER.getCertificatePath()) {
        certificates += certificate.getEncoded().length;
      }
      assertThat(bytes[1]).isLessThan(bytes[0] - certificates);
      assertThat(bytes[2]).isLessThan(bytes[0] - certificates);
    }
  }

  /** A server that counts the bytes that it sends. */
  private static int measured(
      Loopback loopback, Provider provider, String version, AtomicInteger sent) throws Exception {
    SslContext context =
        Loopback.server(Certificates.SERVER, Certificates.SERVER.getCertificatePath())
            .sslProvider(provider.netty())
            .protocols(version)
            .build();
    return loopback.listen(
        channel -> {
          channel.config().setAutoRead(true);
          channel
              .pipeline()
              .addLast(
                  new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise done) {
                      sent.addAndGet(((ByteBuf) msg).readableBytes());
                      ctx.write(msg, done);
                    }
                  },
                  context.newHandler(channel.alloc()),
                  new Loopback.Echo());
        });
  }

  @ParameterizedTest
  @EnumSource
  void abandonsTheHandshakeWhenCancelled(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
      int port =
          loopback.listen(
              channel -> {
                channel.config().setAutoRead(true);
                accepted.add(channel);
              });
      Future<Channel> opening =
          loopback.start(loopback.client(port, Loopback.settings("a.example")));
      Channel server = accepted.take();

      opening.cancel(false);

      assertThat(server.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void failsAsTheLayerBelow(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.listen(channel -> {});
      loopback.stopListening();

      Future<Channel> opening =
          loopback.start(loopback.client(port, Loopback.settings("a.example")));

      assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(opening.cause())
          .isInstanceOf(ConnectException.class)
          .isNotInstanceOf(TransportException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesNoFaultWithoutAClassWhereTheServerIsGoneAtOnce(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.listen(Channel::close);

      TransportException fault =
          loopback.refused(loopback.client(port, Loopback.settings("a.example")));

      assertThat(fault.failure()).isEqualTo(Failure.RESET);
    }
  }

  private static SslHandler session(Channel channel) {
    return channel.pipeline().get(SslHandler.class);
  }
}
