package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Frames as a peer would send them, and those that were sent to it, in words. */
final class WireFrames {
  private WireFrames() {}

  static Destination destination(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return new Destination(
        Address.of(hostAndPort.substring(0, colon)),
        Integer.parseInt(hostAndPort.substring(colon + 1)));
  }

  static ByteBuf open(int id, Network network, String target) {
    return encode(new MuxFrame.New(id, false, network, destination(target), 0));
  }

  static ByteBuf open(int id, Network network, String target, String data) {
    return encode(new MuxFrame.New(id, true, network, destination(target), 0), bytes(data));
  }

  static ByteBuf keep(int id, String data) {
    return encode(new MuxFrame.Keep(id, true, null), bytes(data));
  }

  static ByteBuf keep(int id, ByteBuf data) {
    return encode(new MuxFrame.Keep(id, true, null), data);
  }

  static ByteBuf keep(int id, String address, String data) {
    return encode(new MuxFrame.Keep(id, true, destination(address)), bytes(data));
  }

  static ByteBuf end(int id) {
    return encode(MuxFrame.End.of(id, false));
  }

  static ByteBuf error(int id) {
    return encode(MuxFrame.End.of(id, true));
  }

  static ByteBuf encode(MuxFrame frame) {
    return MuxFrameEncoder.encode(frame, UnpooledByteBufAllocator.DEFAULT);
  }

  static ByteBuf encode(MuxFrame frame, ByteBuf data) {
    ByteBuf out =
        MuxFrameEncoder.head(frame, data.readableBytes(), UnpooledByteBufAllocator.DEFAULT);
    out.writeBytes(data);
    data.release();
    return out;
  }

  static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  /** What the channel has written since it was asked last, a line each frame. */
  static List<String> written(EmbeddedChannel channel) {
    Words words = new Words();
    MuxFrameDecoder decoder = new MuxFrameDecoder(words, UnpooledByteBufAllocator.DEFAULT);
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out == EndOfStream.INSTANCE) {
        words.lines.add("EndOfStream");
        continue;
      }
      ByteBuf frame = (ByteBuf) out;
      decoder.decode(frame);
      frame.release();
    }
    decoder.close();
    return words.lines;
  }

  private static final class Words implements MuxFrameDecoder.Listener {
    private final List<String> lines = new ArrayList<>();

    @Override
    public MuxFrameDecoder.DataForm frame(MuxFrame frame) {
      lines.add(describe(frame));
      return MuxFrameDecoder.DataForm.WHOLE;
    }

    private static String describe(MuxFrame frame) {
      if (frame instanceof MuxFrame.New open) {
        return "New %d %s %s".formatted(open.id(), open.network(), open.destination());
      }
      if (frame instanceof MuxFrame.Keep keep) {
        String address = keep.address() == null ? "" : " " + keep.address();
        return "Keep " + keep.id() + address;
      }
      if (frame instanceof MuxFrame.End end) {
        return "End " + end.id() + (end.error() ? " error" : "");
      }
      return frame.toString();
    }

    @Override
    public void data(ByteBuf data) {
      int last = lines.size() - 1;
      String text =
          data.readableBytes() > 32
              ? data.readableBytes() + " bytes"
              : data.toString(StandardCharsets.ISO_8859_1);
      lines.set(last, lines.get(last) + " [" + text + "]");
      data.release();
    }
  }
}
