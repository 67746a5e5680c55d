package io.vmessproxy.client.transport.httpheader;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadBeforeStream;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http1.RefusedRequest;
import io.vmessproxy.client.transport.http1.RequestGate;
import io.vmessproxy.client.transport.http1.RequestHead;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lets in who asks for one of our paths; nothing else of the head counts, as with V2Ray. */
final class HttpHeaderGate extends RequestGate {
  private final Consumer<Channel> streams;
  private final Set<String> paths;

  HttpHeaderGate(TransportSettings.HttpHeader settings, Consumer<Channel> streams) {
    this.streams = streams;
    this.paths =
        settings.paths().stream().map(RequestHead::decodedPath).collect(Collectors.toSet());
  }

  @Override
  protected void admit(ChannelHandlerContext ctx, RequestHead request) throws RefusedRequest {
    if (!paths.contains(request.path())) {
      throw new RefusedRequest(refusal("404 Not Found"));
    }
    ctx.pipeline().addAfter(ctx.name(), null, new HeadBeforeStream(HttpHeaderGate::answer));
    streams.accept(ctx.channel());
  }

  private static HeadText answer() {
    return HeadText.answer("200 OK")
        .header("Content-Type", "application/octet-stream")
        .header("Transfer-Encoding", "chunked") // It is not: peers say so, too.
        .header("Connection", "keep-alive")
        .header("Pragma", "no-cache")
        .header("Cache-Control", "private, no-cache")
        .date();
  }

  @Override
  protected HeadText badRequest() {
    return refusal("400 Bad Request");
  }

  private static HeadText refusal(String status) {
    return HeadText.refusal(status).header("Cache-Control", "private");
  }
}
