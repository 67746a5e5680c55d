package io.vmessproxy.common.mux;

import io.netty.channel.Channel;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import org.jspecify.annotations.Nullable;

/**
 * What one stream reads: at once if its reader waits for it, or queued until the reader does.
 *
 * <p>A full queue of bytes pauses the connection; datagrams for a full queue are dropped.
 */
final class StreamInput {
  private final MuxStream stream;
  private final MuxConnection connection;
  private final InboundQueue queue;
  private final int maxBytes;

  private boolean reading;
  private boolean drainScheduled;
  private boolean readCompletes; // Something was read, and the reader not told yet that this is it.
  private boolean endRead;
  private boolean closed;

  StreamInput(MuxStream stream, MuxConnection connection) {
    this.stream = stream;
    this.connection = connection;
    this.queue = new InboundQueue(stream.alloc());
    this.maxBytes = connection.limits().maxBufferBytes();
  }

  /** Bytes or a {@link Datagram} have come; owns them. */
  void receive(Object message) {
    if (reading && queue.isEmpty()) {
      if (!readCompletes) {
        connection.readCompletesLater(this);
      }
      fire(message);
    } else if (message instanceof Datagram datagram) {
      receiveLater(datagram);
    } else {
      queue.add(message);
      if (queue.bytes() >= maxBytes) {
        connection.readPause().add(stream);
      }
    }
  }

  private void receiveLater(Datagram datagram) {
    if (queue.isEmpty() || queue.bytes() + datagram.content().readableBytes() <= maxBytes) {
      queue.add(datagram);
      return;
    }
    datagram.release();
    connection.datagramDropped();
  }

  /** Nothing more comes: once all is read, the reader is told so, and the channel closes. */
  void end() {
    queue.add(EndOfStream.INSTANCE);
    if (reading && !drainScheduled) {
      drain();
    }
  }

  /** The reader wants one message more, or with auto-read all that come. */
  void read() {
    reading = true;
    if (!queue.isEmpty() && !drainScheduled) {
      // Never from within the call that asks for it: a socket does not do so either.
      drainScheduled = true;
      stream.eventLoop().execute(this::drain);
    }
  }

  /** The reader wants nothing. */
  void pause() {
    reading = false;
  }

  private void drain() {
    drainScheduled = false;
    for (Object next = nextQueued(); next != null; next = nextQueued()) {
      fire(next);
    }
    if (closed) {
      return;
    }
    if (queue.bytes() <= maxBytes - maxBytes / 4) {
      connection.readPause().remove(stream);
    } else {
      connection.readPause().progress(stream);
    }
    complete();
  }

  private @Nullable Object nextQueued() {
    return reading && !closed ? queue.poll() : null;
  }

  private void fire(Object message) {
    Channel channel = stream;
    reading = channel.config().isAutoRead();
    readCompletes = true;
    endRead |= message == EndOfStream.INSTANCE;
    channel.pipeline().fireChannelRead(message);
  }

  /** There is nothing more for now. */
  void complete() {
    if (readCompletes) {
      readCompletes = false;
      stream.pipeline().fireChannelReadComplete();
    }
    if (endRead && !closed) {
      stream.closeNow();
    }
  }

  /** Lets go of what was not read. */
  void close() {
    closed = true;
    reading = false;
    queue.release();
  }
}
