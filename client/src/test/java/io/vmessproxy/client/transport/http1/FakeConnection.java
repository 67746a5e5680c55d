package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.OutboundTransport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A connection to a server, with auto-read off, whose other end is the test. */
public final class FakeConnection implements OutboundTransport {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private int reads;

  /** Open already. */
  public FakeConnection() {
    channel.config().setAutoRead(false);
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext ctx) {
                reads++;
                ctx.read();
              }
            });
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    return loop.newSucceededFuture(channel);
  }

  /** A layer on it. */
  public Future<Channel> openWith(OutboundTransport layer) {
    return layer.open(channel.eventLoop());
  }

  public EmbeddedChannel channel() {
    return channel;
  }

  /** How often somebody asked for bytes. */
  public int reads() {
    return reads;
  }

  /** The server sends. */
  public void receive(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
  }

  /** The server sends a text. */
  public void receive(String text) {
    receive(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Lets time go by. */
  public void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** What the server has got since the last time. */
  public byte[] sent() {
    return drain(channel.outboundMessages());
  }

  /** What the server has got since the last time, as text. */
  public String sentText() {
    return new String(sent(), StandardCharsets.ISO_8859_1);
  }

  /** What has come out of the stream since the last time. */
  public String receivedText() {
    return new String(drain(channel.inboundMessages()), StandardCharsets.ISO_8859_1);
  }

  private static byte[] drain(java.util.Queue<Object> messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Object next = messages.poll(); next != null; next = messages.poll()) {
      ByteBuf buffer = (ByteBuf) next;
      byte[] some = new byte[buffer.readableBytes()];
      buffer.readBytes(some);
      buffer.release();
      bytes.writeBytes(some);
    }
    return bytes.toByteArray();
  }
}
