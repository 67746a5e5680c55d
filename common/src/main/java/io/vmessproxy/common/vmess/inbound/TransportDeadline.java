package io.vmessproxy.common.vmess.inbound;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.net.StrangersLog;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection whose transport has not led to a first stream in time. On its event loop. */
final class TransportDeadline {
  private final ScheduledFuture<?> expiry;

  private TransportDeadline(ScheduledFuture<?> expiry) {
    this.expiry = expiry;
  }

  static TransportDeadline start(Channel connection, Duration within, StrangersLog log) {
    ScheduledFuture<?> expiry =
        connection
            .eventLoop()
            .schedule(
                () -> {
                  log.write(
                      String.valueOf(connection.remoteAddress()),
                      "no stream in its transport in time");
                  connection.close();
                },
                within.toNanos(),
                TimeUnit.NANOSECONDS);
    connection.closeFuture().addListener(closed -> expiry.cancel(false));
    return new TransportDeadline(expiry);
  }

  /** There is a stream. */
  void met() {
    expiry.cancel(false);
  }
}
