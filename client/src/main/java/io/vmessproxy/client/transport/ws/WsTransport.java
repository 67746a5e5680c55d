package io.vmessproxy.client.transport.ws;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.Opening;
import io.vmessproxy.client.transport.http1.UpgradeHandshake;
import io.vmessproxy.common.net.UnjoinedGuard;
import java.time.Duration;

/**
 * WebSocket: the client's end.
 *
 * <p>Fails with a {@link TransportException}. With early data it opens before the server has
 * answered, as the request waits for the first write; a refusal then is a {@link
 * io.vmessproxy.client.transport.LateFailure}.
 *
 * <p>Source: RFC 6455, and the ways of V2Ray, Xray and sing-box with it.
 */
public final class WsTransport implements OutboundTransport {
  private final OutboundTransport below;
  private final TransportSettings.WebSocket settings;
  private final WsRequest request;
  private final Duration timeout;

  public WsTransport(OutboundTransport below, TransportSettings.WebSocket settings, Origin origin) {
    this(below, settings, origin, UpgradeHandshake.TIMEOUT);
  }

  /**
   * @param timeout for the answer to the upgrade
   */
  public WsTransport(
      OutboundTransport below,
      TransportSettings.WebSocket settings,
      Origin origin,
      Duration timeout) {
    this.below = below;
    this.settings = settings;
    this.request = new WsRequest(settings, origin);
    this.timeout = timeout;
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    return Opening.open(below, loop, this::start);
  }

  private void start(Channel channel, Promise<Channel> promise) {
    TransportSettings.EarlyData early = settings.earlyData();
    if (early == null) {
      Upgrade upgrade = new Upgrade(channel, promise);
      channel.pipeline().addLast(new UpgradeHandshake(request.with(""), timeout, upgrade));
      return;
    }
    channel
        .pipeline()
        .addLast(new EarlyUpgrade(request, early.maxBytes(), timeout))
        .addLast(UnjoinedGuard.INSTANCE);
    promise.trySuccess(channel);
  }

  private record Upgrade(Channel channel, Promise<Channel> promise)
      implements UpgradeHandshake.Outcome {
    @Override
    public void install(ChannelHandlerContext handshake) {
      WsStream.addAfter(handshake, true);
      channel.pipeline().addLast(UnjoinedGuard.INSTANCE);
    }

    @Override
    public void upgraded() {
      promise.trySuccess(channel);
    }

    @Override
    public void failed(TransportException cause) {
      promise.tryFailure(cause);
    }
  }
}
