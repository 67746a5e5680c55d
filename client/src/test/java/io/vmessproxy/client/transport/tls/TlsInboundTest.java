package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.X509Bundle;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsInboundTest {
  private static final TlsSettings INSECURE =
      new TlsSettings("localhost", List.of(), true, List.of(), List.of(), List.of());

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void servesOurClient(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.serve(inbound(files(Certificates.SERVER), List.of()), new Loopback.Echo());

      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @CsvSource({"BORINGSSL,ec", "BORINGSSL,rsa", "JDK,ec", "JDK,rsa"})
  void readsTheOlderFormsOfKeys(Provider provider, String kind) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      TlsServerSettings settings =
          new TlsServerSettings(resource(kind + ".cert.pem"), resource(kind + ".key.pem"));
      int port = loopback.serve(inbound(settings, List.of()), new Loopback.Echo());

      Channel channel = loopback.open(loopback.client(port, INSECURE));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesOnTheProtocolOfTheLayerAbove(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.serve(inbound(files(Certificates.SERVER), List.of("h2")), new Loopback.Echo());

      Channel channel =
          loopback.open(
              loopback.client(port, Loopback.settings("a.example"), List.of("h2", "http/1.1")));

      assertThat(channel.pipeline().get(SslHandler.class).applicationProtocol()).isEqualTo("h2");
    }
  }

  @ParameterizedTest
  @CsvSource({"BORINGSSL,''", "BORINGSSL,spdy/3", "JDK,''", "JDK,spdy/3"})
  void servesAClientThatOffersNoProtocolOfTheLayerAbove(Provider provider, String offered)
      throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.serve(inbound(files(Certificates.SERVER), List.of("h2")), new Loopback.Echo());
      List<String> alpn = offered.isEmpty() ? List.of() : List.of(offered);

      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example"), alpn));

      assertThat(Loopback.echoed(channel, "hello")).isEqualTo("hello");
    }
  }

  /** The layer above finds the first bytes even where they come with the end of the handshake. */
  @ParameterizedTest
  @EnumSource
  void losesNoByteThatComesWithTheEndOfTheHandshake(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port =
          loopback.serve(inbound(files(Certificates.SERVER), List.of()), new Loopback.Echo());
      TlsTransport client = loopback.client(port, Loopback.settings("a.example"));
      for (int i = 0; i < 20; i++) {
        // Written from within the handshake's own turn of the loop.
        assertThat(loopback.echoedAtOnce(client, "hello")).isEqualTo("hello");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersWhatIsNoTlsWithAnAlertAndCloses(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.serve(inbound(files(Certificates.SERVER), List.of()), new Refusing());

      assertThat(answer(port, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"))
          .isEqualTo("\u0015\u0003\u0001\u0000\u0002\u0002F");
      assertThat(answer(port, "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000"))
          .doesNotContain("a stream");
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesWhereTheHandshakeDoesNotEnd(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      InboundTransport inbound =
          new TlsInbound(
              files(Certificates.SERVER),
              List.of(),
              InboundTransport.PLAIN,
              Duration.ofMillis(200));
      int port = loopback.serve(inbound, new Refusing());

      assertThat(answer(port, "")).isEmpty();
      assertThat(answer(port, "\u0016\u0003")).isEmpty();
    }
  }

  /** Nothing of a stranger reaches the layer above. */
  @Sharable
  private static final class Refusing extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.copiedBuffer("a stream", StandardCharsets.US_ASCII));
    }
  }

  /** What comes until the server closes. */
  private static String answer(int port, String sent) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(sent.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void saysThatACertificateFileIsMissing() throws Exception {
    Path none = folder.resolve("none.pem");

    assertRefused(new TlsServerSettings(none, files(Certificates.SERVER).key()))
        .hasMessage(none + ": no such file");
  }

  @Test
  void saysThatFilesAreExchanged() throws Exception {
    TlsServerSettings right = files(Certificates.SERVER);

    assertRefused(new TlsServerSettings(right.key(), right.certificate()))
        .hasMessage(
            right.key() + ": holds BEGIN PRIVATE KEY (expected: -----BEGIN CERTIFICATE-----)");
  }

  @Test
  void saysThatAKeyFileHoldsNoKey() throws Exception {
    TlsServerSettings right = files(Certificates.SERVER);

    assertRefused(new TlsServerSettings(right.certificate(), right.certificate()))
        .hasMessage(
            right.certificate()
                + ": holds BEGIN CERTIFICATE (expected: -----BEGIN PRIVATE KEY-----)");
  }

  @Test
  void saysThatCertificatesDoNotFollowEachOther() throws Exception {
    TlsServerSettings right = files(Certificates.SERVER);
    Path mixed =
        Files.writeString(
            folder.resolve("mixed.pem"),
            Certificates.SERVER.getCertificatePEM() + Certificates.ROOT.getCertificatePEM());

    assertRefused(new TlsServerSettings(mixed, right.key()))
        .hasMessage(
            mixed
                + ": its certificate 2 is that of CN=Test Root (expected: the issuer of the one"
                + " before, CN=Test Intermediate,O=Let's Test)");
  }

  @Test
  void saysThatAKeyIsNotTheCertificates() throws Exception {
    TlsServerSettings right = files(Certificates.SERVER);
    Path other =
        Files.writeString(folder.resolve("other.pem"), Certificates.ROOT.getPrivateKeyPEM());

    assertRefused(new TlsServerSettings(right.certificate(), other))
        .hasMessage(
            "%s: is not the key of %s (expected: the one for the first certificate in it,"
                    .formatted(other, right.certificate())
                + " CN=a.example)");
  }

  @Test
  void saysThatAKeyIsOfAnotherAlgorithm() throws Exception {
    Path key = resource("rsa.key.pem");

    assertRefused(new TlsServerSettings(files(Certificates.SERVER).certificate(), key))
        .hasMessage(key + ": the key cannot be read (expected: one of EC, as the certificate's)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec", "rsa"})
  void saysHowToRemoveAPassword(String kind) throws Exception {
    Path key = resource(kind + "-password.key.pem");

    assertRefused(new TlsServerSettings(resource(kind + ".cert.pem"), key))
        .hasMessage(
            "%s: the key has a password (expected: none; openssl pkey -in %s -out FILE)"
                .formatted(key, key));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      TlsServerSettings settings) {
    return assertThatThrownBy(() -> inbound(settings, List.of())).isInstanceOf(IOException.class);
  }

  private static TlsInbound inbound(TlsServerSettings settings, List<String> alpn)
      throws IOException {
    return new TlsInbound(settings, alpn, InboundTransport.PLAIN);
  }

  private TlsServerSettings files(X509Bundle bundle) throws IOException {
    return new TlsServerSettings(
        Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM()),
        Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM()));
  }

  /** Made with openssl ecparam, genrsa -traditional and req. */
  private static Path resource(String name) throws Exception {
    return Path.of(
        Objects.requireNonNull(TlsInboundTest.class.getResource("/tls/" + name)).toURI());
  }
}
