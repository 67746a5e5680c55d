package io.vmessproxy.client;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.outbound.VmessOutbound;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.subscribe.Ways;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How the providers of subscriptions are reached: straight, or through the servers there are. */
final class ProviderWays {
  // Nobody waits for a provider as for a server: a slow name server may have its time.
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final Dialer dialer;
  private final EventLoopGroup loops;
  private volatile @Nullable VmessOutbound servers;

  ProviderWays(Dialer dialer, EventLoopGroup loops) {
    this.dialer = dialer;
    this.loops = loops;
  }

  Ways ways() {
    HttpGet throughServers = new HttpGet(this::connectThroughServers);
    HttpGet direct =
        new HttpGet((target, loop) -> new TcpTransport(dialer, target, CONNECT_TIMEOUT).open(loop));
    return new Ways(
        request -> throughServers.get(request, loops.next()),
        request -> direct.get(request, loops.next()));
  }

  /** Says that there are servers from now on. */
  void useServers(VmessOutbound outbound) {
    servers = outbound;
  }

  private Future<Channel> connectThroughServers(Destination target, EventLoop loop) {
    VmessOutbound outbound = servers;
    return outbound == null
        ? loop.newFailedFuture(new IllegalStateException("no server yet"))
        : channelOf(outbound.open(Session.of("subscription", target), loop), loop);
  }

  private static Future<Channel> channelOf(Future<OpenStream> opening, EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    opening.addListener(
        opened -> {
          if (!opened.isSuccess()) {
            promise.tryFailure(opened.cause());
          } else if (!promise.trySuccess(opening.getNow().channel())) {
            opening.getNow().channel().close();
          }
        });
    promise.addListener(
        done -> {
          if (done.isCancelled()) {
            opening.cancel(false);
          }
        });
    return promise;
  }
}
