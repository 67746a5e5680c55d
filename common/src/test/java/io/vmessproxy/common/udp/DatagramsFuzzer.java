package io.vmessproxy.common.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import java.util.Arrays;

/**
 * Datagrams as a peer sends them, with an address in front or without. Nothing is thrown, and what
 * is taken is the same when it is sent back and read again.
 */
public final class DatagramsFuzzer {
  private static final Destination TARGET = new Destination(Address.of("192.0.2.1"), 53);
  private static final int MAX_KEPT_BYTES = 1 << 16;

  private DatagramsFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    ChannelHandler handler =
        in.nextBoolean() ? new PinnedDatagrams(TARGET) : new PacketAddrDatagrams();
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.pipeline().addLast(handler);
    byte[] wire = in.rest();
    Datagram first = read(channel, wire);
    if (first != null) {
      Destination destination = first.destination();
      byte[] payload = ByteBufUtil.getBytes(first.content());
      channel.writeOutbound(first);
      ByteBuf written = channel.readOutbound();
      if (written != null) {
        byte[] back = ByteBufUtil.getBytes(written);
        written.release();
        check(read(channel, back), destination, payload);
      } else if (payload.length > 0) {
        throw new AssertionError(payload.length + " bytes are not sent");
      }
    }
    channel.finishAndReleaseAll();
    alloc.check(MAX_KEPT_BYTES + 8L * wire.length);
  }

  private static Datagram read(EmbeddedChannel channel, byte[] wire) {
    channel.writeInbound(channel.alloc().buffer(wire.length).writeBytes(wire));
    return channel.readInbound();
  }

  private static void check(Datagram again, Destination destination, byte[] payload) {
    if (again == null
        || !again.destination().equals(destination)
        || !Arrays.equals(ByteBufUtil.getBytes(again.content()), payload)) {
      throw new AssertionError(destination + " became " + again);
    }
    again.release();
  }
}
