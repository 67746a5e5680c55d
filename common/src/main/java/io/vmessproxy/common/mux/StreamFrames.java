package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is written to one stream into frames. The two ends differ in how a stream begins and
 * ends, and in what they say of a datagram's address.
 */
abstract class StreamFrames {
  /** One stream's number, target, and the connection that it is part of. */
  record Link(int id, Destination target, FrameWriter writer) {}

  private final Link link;

  StreamFrames(Link link) {
    this.link = link;
  }

  final int id() {
    return link.id();
  }

  final Destination target() {
    return link.target();
  }

  final FrameWriter writer() {
    return link.writer();
  }

  /** The frame that takes the next bytes. */
  abstract MuxFrame bytesFrame();

  /** The frame that takes a datagram for, or from, this address; null if none can. */
  abstract @Nullable MuxFrame datagramFrame(Destination address);

  abstract int maxDatagramBytes();

  /** The stream's end was written. Returns whether the stream is over with that, both ways. */
  abstract boolean end();

  /**
   * What the peer is told when the stream closes, if anything.
   *
   * @param ended whether the stream's end was written
   */
  abstract MuxFrame.@Nullable End closing(boolean ended);

  /** The stream is over or closed: nothing is written from here. */
  abstract void stop();

  /** Writes one frame of the bytes at the head of {@code writes}, and takes them off. */
  final void writeBytes(ChannelOutboundBuffer writes) {
    Head head = Head.of(writes);
    if (head.bytes > 0) {
      ByteBuf frame = writer().head(bytesFrame(), head.bytes);
      head.copyTo(frame);
      writer().write(frame);
    }
    // Behind the write: a promise's listener may close the stream, whose end comes behind its data.
    takeOff(writes, head.bytes);
  }

  /** The bytes at the head of what was flushed, as many as go into one frame. */
  private static final class Head implements ChannelOutboundBuffer.MessageProcessor {
    private final List<ByteBuf> parts = new ArrayList<>();
    private int bytes;

    static Head of(ChannelOutboundBuffer writes) {
      Head head = new Head();
      try {
        writes.forEachFlushedMessage(head);
      } catch (Exception e) {
        throw new IllegalStateException(e); // It throws what the processor throws, so nothing.
      }
      return head;
    }

    @Override
    public boolean processMessage(Object message) {
      if (!(message instanceof ByteBuf data)) {
        return false;
      }
      int room = MuxFrameEncoder.MAX_STREAM_DATA_BYTES - bytes;
      ByteBuf part = data.slice(data.readerIndex(), Math.min(data.readableBytes(), room));
      parts.add(part);
      bytes += part.readableBytes();
      return part.readableBytes() < room;
    }

    void copyTo(ByteBuf frame) {
      parts.forEach(frame::writeBytes);
    }
  }

  private static void takeOff(ChannelOutboundBuffer writes, int bytes) {
    int left = bytes;
    while (writes.current() instanceof ByteBuf data) {
      if (data.readableBytes() > left) {
        data.skipBytes(left);
        return;
      }
      left -= data.readableBytes();
      writes.remove();
    }
  }

  /** Writes one datagram; returns false, having written nothing, if it cannot go. */
  final boolean writeDatagram(Datagram datagram) {
    ByteBuf payload = datagram.content();
    int bytes = payload.readableBytes();
    // An empty data part means nothing in this protocol.
    if (bytes == 0 || bytes > maxDatagramBytes()) {
      return false;
    }
    MuxFrame head = datagramFrame(datagram.destination());
    if (head == null) {
      return false;
    }
    ByteBuf frame = writer().head(head, bytes);
    frame.writeBytes(payload, payload.readerIndex(), bytes);
    writer().write(frame);
    return true;
  }
}
