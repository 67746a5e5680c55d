package io.vmessproxy.client.transport.tls;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.InboundTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * What strangers send instead of a handshake, to either end, and a certificate that is damaged:
 * there is one fault in words, and no buffer is lost.
 */
public final class TlsAnswerFuzzer {
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private static final TlsTransport.Prepared CLIENT;
  private static final TlsInbound SERVER;
  private static final CertificateCheck CHECK;
  private static final byte[] CERTIFICATE;

  static {
    try {
      System.setProperty(TlsProvider.PROPERTY, "jdk");
      List<X509Certificate> certificates = Roots.read(resource("rsa.cert.pem"));
      ServerName name = ServerName.of("localhost");
      TlsSettings settings =
          new TlsSettings("localhost", List.of(), false, certificates, List.of(), List.of());
      CHECK = new CertificateCheck(settings, List.of(name));
      SslContextBuilder builder = SslContextBuilder.forClient().trustManager(CHECK);
      CLIENT =
          new TlsTransport.Prepared(
              TlsProvider.configure(builder, SslProvider.JDK, List.of()).build(),
              SslProvider.JDK,
              name);
      SERVER =
          new TlsInbound(
              new TlsServerSettings(resource("ec.cert.pem"), resource("ec.key.pem")),
              List.of("h2"),
              InboundTransport.PLAIN);
      CERTIFICATE = Roots.read(resource("ec.cert.pem")).get(0).getEncoded();
    } catch (IOException | CertificateEncodingException | URISyntaxException e) {
      throw new IllegalStateException(e);
    } finally {
      System.clearProperty(TlsProvider.PROPERTY);
    }
  }

  private TlsAnswerFuzzer() {}

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(TlsAnswerFuzzer.class.getResource("/tls/" + name).toURI());
  }

  public static void fuzzerTestOneInput(byte[] data) throws CertificateException {
    FuzzInput in = new FuzzInput(data);
    switch (in.next(3)) {
      case 0 -> answer(in);
      case 1 -> hello(in);
      default -> certificate(in);
    }
  }

  /** A server's, to our client. */
  private static void answer(FuzzInput in) {
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = channel(alloc);
    Promise<Channel> promise = channel.eventLoop().newPromise();
    new Handshake(List.of(), Duration.ofSeconds(4), promise).start(channel, CLIENT, 443);
    feed(channel, in);
    if (!(promise.cause() instanceof TransportException fault)) {
      throw new AssertionError("ended with " + promise);
    }
    checkText(fault.evidence());
    alloc.check(MAX_KEPT_BYTES);
  }

  /** A client's, to our server. */
  private static void hello(FuzzInput in) {
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = channel(alloc);
    SERVER.accept(
        channel,
        stream -> {
          throw new AssertionError("a stranger's connection became a stream");
        });
    feed(channel, in);
    alloc.check(MAX_KEPT_BYTES);
  }

  private static EmbeddedChannel channel(CountingAllocator alloc) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.config().setAutoRead(false);
    return channel;
  }

  private static void feed(EmbeddedChannel channel, FuzzInput in) {
    byte[] cuts = in.cuts();
    for (byte[] piece : FuzzInput.cut(in.rest(), cuts)) {
      if (channel.isActive()) {
        channel.writeInbound(channel.alloc().buffer(piece.length).writeBytes(piece));
      }
    }
    channel.finishAndReleaseAll();
  }

  private static void certificate(FuzzInput in) throws CertificateException {
    byte[] damaged = in.damage(CERTIFICATE);
    X509Certificate certificate;
    try {
      certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(damaged));
    } catch (CertificateException e) {
      return; // The engine would not have come to us with it.
    }
    try {
      CHECK.checkServerTrusted(new X509Certificate[] {certificate}, "UNKNOWN");
      throw new AssertionError("trusted");
    } catch (CertificateRefused e) {
      checkText(e.fault().evidence());
    }
  }

  private static void checkText(String text) {
    if (text.length() > 400 || !text.chars().noneMatch(Character::isISOControl)) {
      throw new AssertionError("not fit for a line: " + text);
    }
  }
}
