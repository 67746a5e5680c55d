package io.vmessproxy.client.fetch;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;

/** Measures the time from request to answer, in front of the codec. */
final class FirstByte extends ChannelInboundHandlerAdapter {
  private long sentNanos;
  private boolean sent;
  private Duration waited = Duration.ZERO;
  private boolean came;

  /** The request's last byte has left. */
  void sent() {
    sent = true;
    sentNanos = System.nanoTime();
  }

  /** From then to the answer's first byte; zero while either is not there. */
  Duration waited() {
    return waited;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!came) {
      came = true;
      waited = sent ? Duration.ofNanos(System.nanoTime() - sentNanos) : Duration.ZERO;
    }
    ctx.fireChannelRead(msg);
  }
}
