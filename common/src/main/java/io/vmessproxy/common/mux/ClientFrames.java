package io.vmessproxy.common.mux;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the client's end.
 *
 * <p>The first payload goes in the New frame if it comes within {@value #NEW_WAIT_MILLIS} ms. The
 * end of what the application sends has no frame, since End would end the answer, too: the server
 * hears nothing before the stream is closed.
 */
final class ClientFrames extends StreamFrames {
  /** V2Ray waits 100 ms; an application on this machine writes sooner, or waits itself. */
  static final int NEW_WAIT_MILLIS = 30;

  private final Network network;
  private final MuxLimits limits;
  private @Nullable ScheduledFuture<?> newTimer;
  private boolean newWritten;

  ClientFrames(Link link, Network network, MuxLimits limits, EventExecutor loop) {
    super(link);
    this.network = network;
    this.limits = limits;
    newTimer = loop.schedule(this::writeLateNew, NEW_WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void writeLateNew() {
    writeNewAlone();
    writer().flush();
  }

  private void writeNewAlone() {
    if (!newWritten) {
      writer().write(open(false));
    }
  }

  private MuxFrame open(boolean hasData) {
    stop();
    newWritten = true;
    return new MuxFrame.New(id(), hasData, network, target(), 0);
  }

  @Override
  MuxFrame bytesFrame() {
    return newWritten ? new MuxFrame.Keep(id(), true, null) : open(true);
  }

  @Override
  MuxFrame datagramFrame(Destination address) {
    if (address.equals(target())) {
      return bytesFrame();
    }
    writeNewAlone(); // It carries the stream's target, and no other address.
    return new MuxFrame.Keep(id(), true, address);
  }

  @Override
  int maxDatagramBytes() {
    return limits.maxDatagramBytes();
  }

  @Override
  boolean end() {
    writeNewAlone();
    return false;
  }

  @Override
  MuxFrame.@Nullable End closing(boolean ended) {
    return newWritten ? MuxFrame.End.of(id(), !ended) : null;
  }

  @Override
  void stop() {
    if (newTimer != null) {
      newTimer.cancel(false);
      newTimer = null;
    }
  }
}
