package io.vmessproxy.client.fault;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/**
 * Knows no service, and says so as Go's server of gRPC: headers that end the answer, and a reset
 * right behind them, since the request has not ended.
 */
final class GoCalls implements InboundTransport {
  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    connection
        .pipeline()
        .addLast(Http2FrameCodecBuilder.forServer().build())
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new Unimplemented());
                  }
                }));
    connection.config().setAutoRead(true);
  }

  private static final class Unimplemented extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
      if (msg instanceof Http2HeadersFrame) {
        Http2Headers answer =
            new DefaultHttp2Headers()
                .status("200")
                .set("content-type", "application/grpc")
                .set("grpc-status", "12")
                .set("grpc-message", "unknown service Gun");
        ctx.write(new DefaultHttp2HeadersFrame(answer, true));
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
      }
    }
  }
}
