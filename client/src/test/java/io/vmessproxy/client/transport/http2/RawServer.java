package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 server that does as a test wants: answers each request alike, and echoes bodies. */
final class RawServer implements Consumer<Channel> {
  private final Http2Settings settings;
  private final @Nullable Http2Headers answer;
  private final boolean answerEnds;

  /** The streams that were opened. */
  final BlockingQueue<Channel> streams = new LinkedBlockingQueue<>();

  /** The first headers of each. */
  final BlockingQueue<Http2Headers> requests = new LinkedBlockingQueue<>();

  /**
   * @param answer null: none
   */
  RawServer(Http2Settings settings, @Nullable Http2Headers answer, boolean answerEnds) {
    this.settings = settings;
    this.answer = answer;
    this.answerEnds = answerEnds;
  }

  @Override
  public void accept(Channel connection) {
    connection
        .pipeline()
        .addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings).build())
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new Answering());
                    streams.add(stream);
                  }
                }))
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
              }
            });
    connection.config().setAutoRead(true);
  }

  private final class Answering extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof Http2HeadersFrame frame) {
        requests.add(frame.headers());
        if (answer != null) {
          ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer, answerEnds));
        }
      } else {
        ctx.writeAndFlush(msg);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      ReferenceCountUtil.release(event);
    }
  }
}
