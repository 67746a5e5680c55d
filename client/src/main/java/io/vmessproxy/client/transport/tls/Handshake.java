package io.vmessproxy.client.transport.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.net.UnjoinedGuard;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client's handshake on one channel. On its event loop. */
final class Handshake {
  private final FirstBytes first = new FirstBytes();
  private final List<String> alpn;
  private final Duration timeout;
  private final Promise<Channel> promise;

  /**
   * @param promise the channel when it carries the server's bytes, or a {@link TransportException}
   */
  Handshake(List<String> alpn, Duration timeout, Promise<Channel> promise) {
    this.alpn = alpn;
    this.timeout = timeout;
    this.promise = promise;
  }

  void start(Channel channel, TlsTransport.Prepared prepared, int port) {
    if (!channel.isActive()) {
      promise.tryFailure(explained(new ClosedChannelException()));
      return;
    }
    // With the name as that of its peer, the engine finds the sessions to resume.
    SslHandler tls = prepared.context().newHandler(channel.alloc(), prepared.name().text(), port);
    prepared.name().sendBy(tls.engine(), prepared.provider());
    tls.setHandshakeTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    tls.handshakeFuture().addListener(done -> finished(channel, tls, done));
    // TLS comes last: it begins at once, and what fails must find the others in place.
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(first, new TlsEnd(), UnjoinedGuard.INSTANCE);
    pipeline.addAfter(pipeline.context(first).name(), null, tls);
  }

  private void finished(Channel channel, SslHandler tls, Future<?> done) {
    if (!done.isSuccess()) {
      promise.tryFailure(explained(done.cause()));
      return;
    }
    TransportException refused = HandshakeFault.choice(alpn, tls.applicationProtocol());
    if (refused != null) {
      promise.tryFailure(refused);
      return;
    }
    channel.pipeline().remove(first);
    if (!promise.trySuccess(channel)) {
      channel.close();
    }
  }

  private TransportException explained(Throwable cause) {
    return new HandshakeFault(cause, first, timeout, alpn).explained();
  }
}
