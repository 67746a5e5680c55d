package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.net.AddressCodec;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import org.jspecify.annotations.Nullable;

/**
 * A frame's metadata, 4 to 512 bytes.
 *
 * <pre>
 *   2    1        1         1         2      1      n         8
 * +----+--------+---------+---------+------+------+---------+-----------+
 * | id | status | options | network | port | type | address | global id |
 * +----+--------+---------+---------+------+------+---------+-----------+
 *                         \__ New; Keep of a datagram ______/ New, UDP
 * </pre>
 *
 * <p>Status 1 New, 2 Keep, 3 End, 4 KeepAlive; options 1 data follow, 2 error; network 1 TCP, 2
 * UDP. More bytes than these are padding.
 *
 * <p>Source: V2Ray, "Mux.Cool"; the global id and a Keep's address are Xray's XUDP.
 */
final class MuxMetadata {
  static final int MIN_BYTES = 4;
  static final int MAX_BYTES = 512;

  /** The longest that is written here. */
  static final int MAX_WRITTEN_BYTES = MIN_BYTES + 1 + AddressCodec.MAX_BYTES + Long.BYTES;

  private static final int STATUS_NEW = 1;
  private static final int STATUS_KEEP = 2;
  private static final int STATUS_END = 3;
  private static final int STATUS_KEEP_ALIVE = 4;
  private static final int OPTION_DATA = 1;
  private static final int OPTION_ERROR = 2;
  private static final int NETWORK_TCP = 1;
  private static final int NETWORK_UDP = 2;

  private MuxMetadata() {}

  /** Appends the metadata, without their length. */
  static void write(MuxFrame frame, ByteBuf out) {
    out.writeShort(frame.id());
    int data = frame.hasData() ? OPTION_DATA : 0;
    if (frame instanceof MuxFrame.New open) {
      out.writeByte(STATUS_NEW).writeByte(data);
      out.writeByte(open.network() == Network.TCP ? NETWORK_TCP : NETWORK_UDP);
      AddressCodec.write(open.destination(), out);
      if (open.globalId() != 0) {
        out.writeLong(open.globalId());
      }
    } else if (frame instanceof MuxFrame.Keep keep) {
      out.writeByte(STATUS_KEEP).writeByte(data);
      if (keep.address() != null) {
        AddressCodec.write(keep.address(), out.writeByte(NETWORK_UDP));
      }
    } else if (frame instanceof MuxFrame.End end) {
      out.writeByte(STATUS_END).writeByte(data | (end.error() ? OPTION_ERROR : 0));
    } else if (frame instanceof MuxFrame.KeepAlive) {
      out.writeByte(STATUS_KEEP_ALIVE).writeByte(data);
    } else {
      throw new IllegalArgumentException("frame: " + frame + " (expected: one that can be sent)");
    }
  }

  /**
   * The frame that these metadata, {@link #MIN_BYTES} or more, stand for.
   *
   * @throws MuxException if the status is unknown
   */
  static MuxFrame read(ByteBuf in) {
    int id = in.readUnsignedShort();
    int status = in.readUnsignedByte();
    int options = in.readUnsignedByte();
    boolean hasData = (options & OPTION_DATA) != 0;
    return switch (status) {
      case STATUS_NEW -> readNew(id, hasData, in);
      case STATUS_KEEP -> new MuxFrame.Keep(id, hasData, readKeepAddress(in));
      case STATUS_END -> new MuxFrame.End(id, hasData, (options & OPTION_ERROR) != 0);
      case STATUS_KEEP_ALIVE -> new MuxFrame.KeepAlive(id, hasData);
      default ->
          throw new MuxException(
              "status %d (expected: 1 New, 2 Keep, 3 End or 4 KeepAlive)".formatted(status));
    };
  }

  /** A bad target is one stream's misfortune: the frames behind it are as readable as before. */
  private static MuxFrame readNew(int id, boolean hasData, ByteBuf in) {
    int network = in.isReadable() ? in.readUnsignedByte() : 0;
    if (network != NETWORK_TCP && network != NETWORK_UDP) {
      return new MuxFrame.Unreadable(
          id, hasData, "network %d (expected: 1 TCP or 2 UDP)".formatted(network));
    }
    try {
      Destination destination = AddressCodec.read(in);
      boolean udp = network == NETWORK_UDP;
      long globalId = udp && in.readableBytes() >= Long.BYTES ? in.readLong() : 0;
      return new MuxFrame.New(id, hasData, udp ? Network.UDP : Network.TCP, destination, globalId);
    } catch (IllegalArgumentException e) {
      return new MuxFrame.Unreadable(id, hasData, String.valueOf(e.getMessage()));
    }
  }

  /** What is no address is padding. */
  private static @Nullable Destination readKeepAddress(ByteBuf in) {
    if (!in.isReadable() || in.readUnsignedByte() != NETWORK_UDP) {
      return null;
    }
    try {
      return AddressCodec.read(in);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
