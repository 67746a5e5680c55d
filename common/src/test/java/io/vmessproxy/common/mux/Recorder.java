package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Stands at the tail of a stream and keeps what it reads. */
final class Recorder extends ChannelInboundHandlerAdapter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<String> datagrams = new ArrayList<>();
  private boolean ended;
  private boolean closed;
  private int readCompletes;

  /** Records what this stream reads, from now on or from when its auto-read is set. */
  static Recorder of(Channel stream) {
    Recorder recorder = new Recorder();
    stream.pipeline().addLast(recorder);
    return recorder;
  }

  String text() {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  int count() {
    return bytes.size();
  }

  /** Each as {@code host:port=payload}, long ones with their length. */
  List<String> datagrams() {
    return datagrams;
  }

  boolean ended() {
    return ended;
  }

  boolean closed() {
    return closed;
  }

  int readCompletes() {
    return readCompletes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    if (msg == EndOfStream.INSTANCE) {
      ended = true;
    } else if (msg instanceof Datagram datagram) {
      String text = datagram.content().toString(StandardCharsets.ISO_8859_1);
      datagrams.add(
          datagram.destination() + "=" + (text.length() > 32 ? text.length() + " bytes" : text));
      datagram.release();
    } else {
      ByteBuf data = (ByteBuf) msg;
      data.readBytes(bytes, data.readableBytes());
      data.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readCompletes++;
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
  }
}
