package io.vmessproxy.common.mux;

import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;

/**
 * What a server sends in a stream of XUDP, cut anywhere: only {@link MuxException}s are fired, at
 * most one end, and nothing behind it.
 */
public final class XudpFuzzer {
  private static final Destination TARGET = new Destination(Address.of("192.0.2.1"), 53);
  private static final int MAX_KEPT_BYTES = 1 << 17;

  private XudpFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    boolean asked = in.nextBoolean();
    byte[] wire = in.rest();
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.pipeline().addLast(new XudpDatagrams(2048, 0));
    if (asked) {
      channel.writeOutbound(new Datagram(TARGET, alloc.buffer().writeZero(3)));
    }
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        channel.writeInbound(alloc.buffer(piece.length).writeBytes(piece));
      }
    } catch (MuxException e) {
      // The peer's frames are wrong, and that was said.
    }
    checkRead(channel);
    channel.finishAndReleaseAll();
    alloc.check(MAX_KEPT_BYTES + 4L * wire.length);
  }

  private static void checkRead(EmbeddedChannel channel) {
    boolean ended = false;
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      if (ended) {
        throw new AssertionError(read + " behind the end");
      }
      ended = read == EndOfStream.INSTANCE;
      if (read instanceof Datagram datagram) {
        datagram.release();
      }
    }
  }
}
