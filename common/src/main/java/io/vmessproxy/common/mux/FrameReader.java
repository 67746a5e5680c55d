package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.mux.MuxFrameDecoder.DataForm;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import org.jspecify.annotations.Nullable;

/** Gives each frame that comes to its stream, and answers those that have none. */
final class FrameReader implements MuxFrameDecoder.Listener {
  private final MuxConnection connection;
  private final @Nullable MuxAcceptor acceptor;

  private int answeredUnknown = -1;

  // Of the frame whose data are coming.
  private @Nullable MuxStream stream;
  private @Nullable Destination address;

  /**
   * @param acceptor takes new streams; null at the client's end, which takes none
   */
  FrameReader(MuxConnection connection, @Nullable MuxAcceptor acceptor) {
    this.connection = connection;
    this.acceptor = acceptor;
  }

  @Override
  public DataForm frame(MuxFrame frame) {
    stream = streamOf(frame);
    if (stream == null) {
      return DataForm.NONE;
    }
    return stream.network() == Network.TCP ? DataForm.PIECES : DataForm.WHOLE;
  }

  /** The stream that the frame's data are for, if any. */
  private @Nullable MuxStream streamOf(MuxFrame frame) {
    if (frame instanceof MuxFrame.Keep keep) {
      return keep(keep);
    }
    if (frame instanceof MuxFrame.New open) {
      return acceptor == null ? null : accept(acceptor, open);
    }
    if (frame instanceof MuxFrame.Unreadable unreadable) {
      refuse(unreadable);
    } else if (frame instanceof MuxFrame.End end) {
      end(end);
    }
    return null;
  }

  private @Nullable MuxStream keep(MuxFrame.Keep frame) {
    MuxStream known = connection.stream(frame.id());
    if (known == null) {
      answerUnknown(frame);
      return null;
    }
    if (frame.address() == null) {
      address = known.frames().target();
      return known;
    }
    address = frame.address();
    if (known.frames() instanceof ServerFrames server) {
      server.speakXudp();
    }
    return known;
  }

  private @Nullable MuxStream accept(MuxAcceptor acceptor, MuxFrame.New frame) {
    requireUnused(frame.id());
    if (!connection.hasRoom()) {
      connection.writer().write(MuxFrame.End.of(frame.id(), true));
      return null;
    }
    address = frame.destination();
    ServerFrames frames =
        new ServerFrames(
            new StreamFrames.Link(frame.id(), frame.destination(), connection.writer()),
            connection.limits());
    if (frame.id() == 0 || frame.globalId() != 0) {
      frames.speakXudp();
    }
    MuxStream accepted = new MuxStream(connection, frame.network(), frames);
    connection.register(accepted);
    acceptor.accept(accepted, frame.network(), frame.destination());
    return accepted;
  }

  private void refuse(MuxFrame.Unreadable frame) {
    if (acceptor != null) {
      requireUnused(frame.id());
      connection.writer().write(MuxFrame.End.of(frame.id(), true));
    }
  }

  private void requireUnused(int id) {
    if (connection.stream(id) != null) {
      throw new MuxException("New for stream %d (expected: a number not in use)".formatted(id));
    }
  }

  private void answerUnknown(MuxFrame.Keep frame) {
    // Once in a row: of a stream that was cut here many frames may still be on the way.
    if (frame.hasData() && frame.id() != answeredUnknown) {
      answeredUnknown = frame.id();
      connection.writer().write(MuxFrame.End.of(frame.id(), false));
    }
  }

  private void end(MuxFrame.End frame) {
    MuxStream known = connection.stream(frame.id());
    if (known == null) {
      return; // It ended here, too, a moment ago.
    }
    connection.forget(known);
    if (frame.error()) {
      known.cut();
    } else {
      known.end();
    }
  }

  @Override
  public void data(ByteBuf data) {
    MuxStream receiver = stream;
    if (receiver == null || receiver.over() || address == null) {
      data.release(); // It closed between the frame's head and its data.
      return;
    }
    receiver.receive(receiver.network() == Network.TCP ? data : new Datagram(address, data));
  }
}
