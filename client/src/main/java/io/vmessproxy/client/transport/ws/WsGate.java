package io.vmessproxy.client.transport.ws;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http1.RefusedRequest;
import io.vmessproxy.client.transport.http1.RequestGate;
import io.vmessproxy.client.transport.http1.RequestHead;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets a WebSocket in: the right path first, then all that RFC 6455, section 4.2.1 wants. */
final class WsGate extends RequestGate {
  private static final byte[] NOTHING = {};

  private final Consumer<Channel> streams;
  private final String path;
  private final @Nullable String earlyHeader; // null: no more than the usual one
  private final boolean earlyInPath;

  WsGate(TransportSettings.WebSocket settings, Consumer<Channel> streams) {
    this.streams = streams;
    this.path = RequestHead.decodedPath(settings.path());
    TransportSettings.EarlyData early = settings.earlyData();
    this.earlyInPath = early != null && early.header().isEmpty();
    this.earlyHeader = early == null || earlyInPath ? null : early.header();
  }

  @Override
  protected void admit(ChannelHandlerContext ctx, RequestHead request) throws RefusedRequest {
    byte[] early = earlyOfPath(request);
    checkUpgrade(request);
    String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    HeadText answer =
        HeadText.answer("101 Switching Protocols")
            .header("Upgrade", "websocket")
            .header("Connection", "Upgrade")
            .date()
            .header("Sec-WebSocket-Accept", UpgradeKey.accept(key));
    if (early.length == 0) {
      early = earlyOfHeaders(request.headers(), answer);
    }
    ctx.writeAndFlush(answer.toBuffer());
    ChannelHandlerContext stream = WsStream.addAfter(ctx, false);
    streams.accept(ctx.channel());
    if (early.length > 0) {
      stream.fireChannelRead(Unpooled.wrappedBuffer(early));
    }
  }

  private byte[] earlyOfPath(RequestHead request) throws RefusedRequest {
    String asked = request.path();
    if (asked.equals(path)) {
      return NOTHING;
    }
    byte[] early =
        earlyInPath && asked.startsWith(path)
            ? EarlyText.decode(asked.substring(path.length()))
            : null;
    if (early == null) {
      throw new RefusedRequest(HeadText.refusal("404 Not Found"));
    }
    return early;
  }

  private void checkUpgrade(RequestHead request) throws RefusedRequest {
    HttpHeaders headers = request.headers();
    boolean right =
        request.method().equals("GET")
            && request.upgradesToWebSocket()
            && headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
            && headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "").equals("13")
            && !headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "").isEmpty();
    if (!right) {
      throw new RefusedRequest(badRequest());
    }
  }

  /** What is in the header of our settings must be early data; the usual one may be a protocol. */
  private byte[] earlyOfHeaders(HttpHeaders headers, HeadText answer) throws RefusedRequest {
    String own = earlyHeader == null ? null : headers.get(earlyHeader);
    if (own != null && !TransportSettings.EarlyData.USUAL_HEADER.equalsIgnoreCase(earlyHeader)) {
      byte[] early = EarlyText.decode(own);
      if (early == null) {
        throw new RefusedRequest(badRequest());
      }
      return early;
    }
    String usual = headers.get(TransportSettings.EarlyData.USUAL_HEADER);
    byte[] early = usual == null ? null : EarlyText.decode(usual);
    if (early == null || early.length == 0) {
      return NOTHING;
    }
    answer.header(TransportSettings.EarlyData.USUAL_HEADER, usual); // It shows that we took it.
    return early;
  }

  @Override
  protected HeadText badRequest() {
    return HeadText.refusal("400 Bad Request").header("Sec-WebSocket-Version", "13");
  }
}
