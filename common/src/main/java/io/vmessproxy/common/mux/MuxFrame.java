package io.vmessproxy.common.mux;

import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import org.jspecify.annotations.Nullable;

/** What stands before a frame's data; {@link MuxMetadata} draws it. {@code id} is 0 to 65535. */
sealed interface MuxFrame {
  /** The stream's number in its connection. */
  int id();

  /** Whether a data part follows. It may be empty, and then means nothing. */
  boolean hasData();

  /**
   * Opens a stream; from the client only.
   *
   * @param globalId tells the same UDP socket in another connection, 0 for none
   */
  record New(int id, boolean hasData, Network network, Destination destination, long globalId)
      implements MuxFrame {}

  /** A {@link New} that names no target that there can be; {@code reason} tells why. */
  record Unreadable(int id, boolean hasData, String reason) implements MuxFrame {}

  /**
   * Goes on with a stream.
   *
   * @param address of a datagram: where it goes or came from, if not the stream's target
   */
  record Keep(int id, boolean hasData, @Nullable Destination address) implements MuxFrame {}

  /**
   * Ends a stream, both directions of it.
   *
   * @param error whether it was cut, and what is on its way worthless
   */
  record End(int id, boolean hasData, boolean error) implements MuxFrame {
    static End of(int id, boolean error) {
      return new End(id, false, error);
    }
  }

  /** Means nothing; its data neither. */
  record KeepAlive(int id, boolean hasData) implements MuxFrame {}
}
