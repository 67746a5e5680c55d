package io.vmessproxy.client.dispatch;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;

/** Opens no stream, and says why. */
final class NoWayOut implements Outbound {
  private final OutboundException why;

  NoWayOut(OutboundException why) {
    this.why = why;
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    return loop.newFailedFuture(why);
  }
}
