package io.vmessproxy.client.transport.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of TLS 1.2 and 1.3. The layer above sees a connection once its handshake is
 * over; one that is not over in time, or is none, is closed.
 */
public final class TlsInbound implements InboundTransport {
  private static final Logger LOG = LoggerFactory.getLogger(TlsInbound.class);

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private final SslContext context;
  private final InboundTransport above;
  private final Duration timeout;

  /**
   * @param alpn the application protocols that the layer above speaks. A client that offers none,
   *     or others, is served without
   * @throws IOException if a file cannot be read, or is not what it should be; the message names it
   */
  public TlsInbound(TlsServerSettings settings, List<String> alpn, InboundTransport above)
      throws IOException {
    this(settings, alpn, above, HANDSHAKE_TIMEOUT);
  }

  TlsInbound(
      TlsServerSettings settings, List<String> alpn, InboundTransport above, Duration timeout)
      throws IOException {
    this.context = context(ServerKey.read(settings), alpn, settings);
    this.above = above;
    this.timeout = timeout;
  }

  private static SslContext context(ServerKey key, List<String> alpn, TlsServerSettings settings)
      throws IOException {
    SslProvider provider = TlsProvider.chosen();
    try {
      return context(key, alpn, provider);
    } catch (SSLException e) {
      if (provider != SslProvider.JDK) {
        // There are kinds of keys that only one of them knows.
        LOG.info("tls: the JDK's for {}, as BoringSSL cannot use it", settings.certificate());
        return jdkContext(key, alpn, settings);
      }
      throw unusable(settings, e);
    }
  }

  private static SslContext jdkContext(ServerKey key, List<String> alpn, TlsServerSettings settings)
      throws IOException {
    try {
      return context(key, alpn, SslProvider.JDK);
    } catch (SSLException e) {
      throw unusable(settings, e);
    }
  }

  private static IOException unusable(TlsServerSettings settings, SSLException cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return new IOException(
        "%s: TLS cannot use this certificate: %s"
            .formatted(settings.certificate(), deepest.getMessage()),
        cause);
  }

  private static SslContext context(ServerKey key, List<String> alpn, SslProvider provider)
      throws SSLException {
    SslContextBuilder builder = SslContextBuilder.forServer(key.key(), key.chain());
    return TlsProvider.configure(builder, provider, alpn).build();
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    SslHandler tls = context.newHandler(connection.alloc());
    tls.setHandshakeTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    connection.pipeline().addLast(tls, new InboundHandshake(above, streams));
  }
}
