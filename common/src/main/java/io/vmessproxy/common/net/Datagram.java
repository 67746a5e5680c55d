package io.vmessproxy.common.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;

/**
 * One datagram: its payload, and where it goes (written) or came from (read). Counts references as
 * its payload does; whoever receives one owns it.
 */
public final class Datagram extends DefaultByteBufHolder {
  /** The most that UDP over IPv4 carries, bytes. */
  public static final int MAX_PAYLOAD_BYTES = 65507;

  private final Destination destination;

  public Datagram(Destination destination, ByteBuf payload) {
    super(payload);
    this.destination = destination;
  }

  /** Where it goes, or where it came from. */
  public Destination destination() {
    return destination;
  }

  @Override
  public Datagram replace(ByteBuf payload) {
    return new Datagram(destination, payload);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Datagram that
        && destination.equals(that.destination)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * destination.hashCode() + super.hashCode();
  }

  @Override
  public String toString() {
    return "Datagram[" + destination + ", " + content().readableBytes() + " bytes]";
  }
}
