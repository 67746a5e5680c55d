package io.vmessproxy.client.transport.tls;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.net.Destination;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 or 1.3 to a server. A channel is open when the handshake is over and the certificate is
 * what {@link TlsSettings} ask for; it ends where the server ends TLS, and closing it says so to
 * the server. May be opened from any thread.
 *
 * <p>Each has sessions of its own to resume: one that was made without a check is never taken up by
 * who wants one.
 *
 * <p>Opening fails with a {@link TransportException} of stage {@code tls}, or as the layer below.
 */
public final class TlsTransport implements OutboundTransport {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(4);

  private final OutboundTransport below;
  private final Destination server;
  private final TlsSettings settings;
  private final List<String> alpn;
  private final Duration timeout;
  private @Nullable CompletableFuture<Prepared> prepared;

  /**
   * @param alpn the application protocols to offer; where it is {@code h2} alone, the server must
   *     take it
   */
  public TlsTransport(
      OutboundTransport below, Destination server, TlsSettings settings, List<String> alpn) {
    this(below, server, settings, alpn, HANDSHAKE_TIMEOUT);
  }

  /**
   * @param timeout for the handshake alone
   */
  public TlsTransport(
      OutboundTransport below,
      Destination server,
      TlsSettings settings,
      List<String> alpn,
      Duration timeout) {
    this.below = below;
    this.server = server;
    this.settings = settings;
    this.alpn = List.copyOf(alpn);
    this.timeout = timeout;
    TlsProvider.warmUp();
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    CompletableFuture<Prepared> preparing = prepared();
    Future<Channel> connecting = below.open(loop);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            promise.tryFailure(connected.cause());
            return;
          }
          Channel channel = connecting.getNow();
          promise.addListener(
              done -> {
                if (!done.isSuccess()) {
                  channel.close();
                }
              });
          preparing.whenComplete(
              (ready, failure) -> onLoop(loop, () -> shake(channel, ready, failure, promise)));
        });
    promise.addListener(
        done -> {
          if (done.isCancelled()) {
            connecting.cancel(false);
          }
        });
    return promise;
  }

  private static void onLoop(EventLoop loop, Runnable step) {
    if (loop.inEventLoop()) {
      step.run();
    } else {
      loop.execute(step);
    }
  }

  private void shake(
      Channel channel,
      @Nullable Prepared ready,
      @Nullable Throwable failure,
      Promise<Channel> promise) {
    if (promise.isDone()) {
      return;
    }
    if (ready == null) {
      promise.tryFailure(failure instanceof CompletionException e ? e.getCause() : failure);
      return;
    }
    new Handshake(alpn, timeout, promise).start(channel, ready, server.port());
  }

  /** Made while the first connection is opened: the first one of a process takes a while. */
  private synchronized CompletableFuture<Prepared> prepared() {
    if (prepared == null) {
      prepared = CompletableFuture.supplyAsync(this::prepare, TlsProvider.THREADS);
    }
    return prepared;
  }

  private Prepared prepare() {
    try {
      String given = settings.serverName();
      ServerName name = ServerName.of(given == null ? server.address().host() : given);
      List<ServerName> names = new ArrayList<>();
      for (String other : settings.verifyNames()) {
        names.add(ServerName.of(other));
      }
      CertificateCheck check =
          new CertificateCheck(settings, names.isEmpty() ? List.of(name) : names);
      SslProvider provider = name.sentBy(TlsProvider.chosen());
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .trustManager(check)
              // The check looks at names itself.
              .endpointIdentificationAlgorithm(null);
      return new Prepared(TlsProvider.configure(builder, provider, alpn).build(), provider, name);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** What all connections of a transport share. */
  record Prepared(SslContext context, SslProvider provider, ServerName name) {}
}
