package io.vmessproxy.client.transport.httpupgrade;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http1.Opening;
import io.vmessproxy.client.transport.http1.Refusals;
import io.vmessproxy.client.transport.http1.UpgradeHandshake;
import io.vmessproxy.client.transport.http1.UpgradeRequest;
import java.time.Duration;

/**
 * An HTTP/1.1 upgrade without frames: the client's end. Fails with a {@link TransportException}.
 *
 * <p>Source: V2Ray 5 and Xray, which want exactly these headers. No early data: their servers lose
 * what comes with the request.
 */
public final class HttpUpgradeTransport implements OutboundTransport {
  private final OutboundTransport below;
  private final TransportSettings.HttpUpgrade settings;
  private final HttpHeaders headers;
  private final Refusals refusals;
  private final Duration timeout;

  public HttpUpgradeTransport(
      OutboundTransport below, TransportSettings.HttpUpgrade settings, Origin origin) {
    this(below, settings, origin, UpgradeHandshake.TIMEOUT);
  }

  /**
   * @param timeout for the answer to the upgrade
   */
  public HttpUpgradeTransport(
      OutboundTransport below,
      TransportSettings.HttpUpgrade settings,
      Origin origin,
      Duration timeout) {
    this.below = below;
    this.settings = settings;
    this.refusals = new Refusals(settings.name(), origin.tls() != null, 101);
    this.timeout = timeout;
    headers = HeadText.requestHeaders(settings.host(), origin, settings.headers());
    // By its absence servers know this from WebSocket.
    headers.remove(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    headers.set("Connection", "Upgrade");
    headers.set("Upgrade", "websocket");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    return Opening.open(below, loop, this::start);
  }

  private void start(Channel channel, Promise<Channel> promise) {
    HeadText text = HeadText.request("GET", settings.path()).headers(headers);
    UpgradeRequest request = new UpgradeRequest(text, refusals, answer -> {});
    channel
        .pipeline()
        .addLast(new UpgradeHandshake(request, timeout, new Upgrade(channel, promise)));
  }

  private record Upgrade(Channel channel, Promise<Channel> promise)
      implements UpgradeHandshake.Outcome {
    @Override
    public void install(ChannelHandlerContext handshake) {
      // Bytes follow as they are.
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
