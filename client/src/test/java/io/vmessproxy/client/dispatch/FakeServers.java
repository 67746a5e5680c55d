package io.vmessproxy.client.dispatch;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.outbound.Attempts;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.session.StreamFeedback;
import io.vmessproxy.common.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** So many servers, each of which opens one stream for a session; the test plays their part. */
final class FakeServers implements Outbound {
  static final long UNUSUAL_MILLIS = 300;

  private final int servers;
  private final List<Server> opened = new ArrayList<>();
  private boolean refuse;

  FakeServers(int servers) {
    this.servers = servers;
  }

  /** No server opens a stream any more. */
  void refuse() {
    refuse = true;
  }

  /** The servers that have opened a stream, in order. */
  List<Server> opened() {
    return opened;
  }

  EmbeddedChannel stream(int index) {
    return opened.get(index).stream;
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    Promise<OpenStream> opening = loop.newPromise();
    if (refuse || opened.size() == servers) {
      return opening.setFailure(
          new OutboundException(Failure.REFUSED, "connect", "server", "as it was told"));
    }
    Server server = new Server();
    opened.add(server);
    return opening.setSuccess(
        new OpenStream(server.stream, "server " + opened.size(), Policy.DEFAULT, server));
  }

  @Override
  public boolean hasAnother(Attempts attempts) {
    return opened.size() < servers;
  }

  /** One server, its stream, and what it is told of it. */
  static final class Server implements StreamFeedback {
    final EmbeddedChannel stream = new EmbeddedChannel();
    final List<String> told = new ArrayList<>();
    boolean ejected;

    Server() {
      stream.config().setAutoRead(false);
    }

    @Override
    public void answered(long waitedNanos) {
      told.add("answered");
    }

    @Override
    public void lost() {
      told.add("lost");
    }

    @Override
    public void outdone() {
      told.add("outdone");
    }

    @Override
    public void doubt(long waitedNanos) {
      told.add("doubt");
    }

    @Override
    public long unusualNanos() {
      return TimeUnit.MILLISECONDS.toNanos(UNUSUAL_MILLIS);
    }

    @Override
    public boolean ejected() {
      return ejected;
    }
  }
}
