package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.client.dispatch.DatagramCounts;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.net.Datagram;

/**
 * What an application sends to an association: nothing is thrown, and what is taken is the same
 * when it is sent back and read again.
 */
public final class UdpHeaderFuzzer {
  private static final int MAX_KEPT_BYTES = 1 << 12;

  private UdpHeaderFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    CountingAllocator alloc = new CountingAllocator();
    ByteBuf packet = alloc.buffer(data.length).writeBytes(data);
    Datagram first = UdpHeaderCodec.decode(packet, new DatagramCounts());
    packet.release();
    if (first != null) {
      ByteBuf written = UdpHeaderCodec.encode(first, alloc);
      Datagram again = UdpHeaderCodec.decode(written, new DatagramCounts());
      written.release();
      if (!first.equals(again)) {
        throw new AssertionError(first + " became " + again);
      }
      first.release();
      again.release();
    }
    alloc.check(MAX_KEPT_BYTES + 4L * data.length);
  }
}
