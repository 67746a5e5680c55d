package io.vmessproxy.common.mux;

import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the server's end: the target's end is the stream's, both ways.
 *
 * <p>A client that speaks XUDP is told where each datagram came from, and gets them from anywhere.
 * For any other, datagrams come from the stream's target alone: it could not tell them apart.
 */
final class ServerFrames extends StreamFrames {
  private final MuxLimits limits;
  private boolean xudp;

  ServerFrames(Link link, MuxLimits limits) {
    super(link);
    this.limits = limits;
  }

  /** The client has shown that it speaks XUDP. */
  void speakXudp() {
    xudp = true;
  }

  @Override
  MuxFrame bytesFrame() {
    return new MuxFrame.Keep(id(), true, null);
  }

  @Override
  @Nullable MuxFrame datagramFrame(Destination address) {
    if (xudp) {
      return new MuxFrame.Keep(id(), true, address);
    }
    // Who looked a name up tells its answers by the name; an address is somebody else's.
    return address.equals(target()) ? bytesFrame() : null;
  }

  @Override
  int maxDatagramBytes() {
    return xudp ? Datagram.MAX_PAYLOAD_BYTES : limits.maxDatagramBytes();
  }

  @Override
  boolean end() {
    writer().write(MuxFrame.End.of(id(), false));
    return true;
  }

  @Override
  MuxFrame.End closing(boolean ended) {
    return MuxFrame.End.of(id(), !ended);
  }

  @Override
  void stop() {}
}
