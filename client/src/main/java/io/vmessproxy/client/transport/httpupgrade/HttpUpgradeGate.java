package io.vmessproxy.client.transport.httpupgrade;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http1.RefusedRequest;
import io.vmessproxy.client.transport.http1.RequestGate;
import io.vmessproxy.client.transport.http1.RequestHead;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets an upgrade in that is for our path, and our host if there is one, and is no WebSocket. */
final class HttpUpgradeGate extends RequestGate {
  private final Consumer<Channel> streams;
  private final String path;
  private final @Nullable String host;

  HttpUpgradeGate(TransportSettings.HttpUpgrade settings, Consumer<Channel> streams) {
    this.streams = streams;
    this.path = RequestHead.decodedPath(settings.path());
    this.host = settings.host();
  }

  @Override
  protected void admit(ChannelHandlerContext ctx, RequestHead request) throws RefusedRequest {
    boolean ours =
        request.path().equals(path)
            && (host == null || request.isFor(host))
            && !request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (!ours) {
      throw new RefusedRequest(HeadText.refusal("404 Not Found"));
    }
    // Peers' servers compare the whole value as well.
    boolean upgrade =
        request.method().equals("GET")
            && request.upgradesToWebSocket()
            && "upgrade".equalsIgnoreCase(request.headers().get(HttpHeaderNames.CONNECTION));
    if (!upgrade) {
      throw new RefusedRequest(badRequest());
    }
    // V2Ray's and Xray's clients compare the reason.
    HeadText answer =
        HeadText.answer("101 Switching Protocols")
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .date();
    ctx.writeAndFlush(answer.toBuffer());
    streams.accept(ctx.channel());
  }

  @Override
  protected HeadText badRequest() {
    return HeadText.refusal("400 Bad Request");
  }
}
