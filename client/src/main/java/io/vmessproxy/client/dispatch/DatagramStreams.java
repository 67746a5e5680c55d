package io.vmessproxy.client.dispatch;

import io.netty.channel.EventLoop;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The streams of one association of datagrams: one for each target, or one for all where the
 * outbound says so. A target's first datagram opens its stream.
 *
 * <p>Datagrams are dropped rather than kept: what waits is bounded, and only while a stream opens.
 * Everything runs on the association's event loop.
 */
public final class DatagramStreams {
  /** No datagram goes there: the key of the one stream that takes all. */
  private static final Destination ANYWHERE = new Destination(new Address.Ipv4(0), 0);

  private final String inbound;
  private final Outbound outbound;
  private final EventLoop loop;
  private final DatagramCounts counts;
  private final Answers answers;
  private final StreamLimits limits;
  private final FoldedLog failures;

  /** Least recently used first. */
  private final LinkedHashMap<Destination, DatagramStream> streams =
      new LinkedHashMap<>(16, 0.75f, true);

  private final List<DatagramStream> unflushed = new ArrayList<>();
  private int waitingBytes;
  private boolean closed;

  DatagramStreams(
      String inbound,
      Outbound outbound,
      EventLoop loop,
      DatagramCounts counts,
      Answers answers,
      StreamLimits limits,
      FoldedLog failures) {
    this.inbound = inbound;
    this.outbound = outbound;
    this.loop = loop;
    this.counts = counts;
    this.answers = answers;
    this.limits = limits;
    this.failures = failures;
  }

  /** Sends a datagram to its target, with the next {@link #flush}, or drops and counts it. */
  public void send(Datagram datagram) {
    if (closed) {
      drop(datagram, Drop.NO_STREAM);
      return;
    }
    Destination target = outbound.oneStreamForAllTargets() ? ANYWHERE : datagram.destination();
    DatagramStream stream = streams.get(target);
    if (stream != null && stream.isLost()) {
      stream.close(); // Nobody knows which datagrams are lost; the next ones need not be.
      stream = null;
    }
    if (stream == null) {
      stream = open(target, datagram.destination());
    }
    stream.send(datagram);
  }

  private DatagramStream open(Destination target, Destination first) {
    if (streams.size() >= limits.streams()) {
      streams.values().iterator().next().close();
    }
    Session session = Session.ofDatagrams(inbound, first);
    DatagramStream stream = new DatagramStream(this, target, session);
    streams.put(target, stream);
    stream.opening(outbound.open(session, loop));
    return stream;
  }

  /** What was sent goes out. */
  public void flush() {
    unflushed.forEach(DatagramStream::flush);
    unflushed.clear();
  }

  /** How many there are: opening, open, and those that could not be opened a moment ago. */
  public int size() {
    return streams.size();
  }

  /** Ends all streams; what is sent later is dropped. */
  public void close() {
    closed = true;
    List.copyOf(streams.values()).forEach(DatagramStream::close);
    unflushed.clear();
  }

  EventLoop loop() {
    return loop;
  }

  StreamLimits limits() {
    return limits;
  }

  DatagramCounts counts() {
    return counts;
  }

  FoldedLog failures() {
    return failures;
  }

  Answers answers() {
    return answers;
  }

  /** Whether so many bytes more may wait; counts them, if so. */
  boolean reserve(int bytes) {
    if (waitingBytes + bytes > limits.allWaitingBytes()) {
      return false;
    }
    waitingBytes += bytes;
    return true;
  }

  /** So many bytes wait no more. */
  void release(int bytes) {
    waitingBytes -= bytes;
  }

  void drop(Datagram datagram, Drop cause) {
    datagram.release();
    counts.dropped(cause);
  }

  /** A stream holds what {@link #flush} is to send. */
  void unflushed(DatagramStream stream) {
    unflushed.add(stream);
  }

  /** An answer came: the stream is in use. */
  void used(Destination target) {
    streams.get(target);
  }

  /** A stream is closed. */
  void remove(Destination target, DatagramStream stream) {
    streams.remove(target, stream);
  }

  /** Where answers go. */
  public interface Answers {
    /** One came from the destination it names; it is the callee's now. */
    void answered(Datagram answer);

    /** No more for the moment. */
    void flush();
  }
}
