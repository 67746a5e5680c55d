package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.mux.MuxConnection;
import io.vmessproxy.common.mux.MuxLimits;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.vmess.Command;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The Mux.Cool connections to one endpoint. A stream goes to the first connection of its event loop
 * that has room, else to a new one; those of one loop are touched on it alone.
 */
final class MuxPool {
  private final VmessDial dial;
  private final MuxLimits limits;
  private final Map<EventLoop, List<Link>> links = new ConcurrentHashMap<>();

  /**
   * @param streams how many share a connection at most
   */
  MuxPool(VmessDial dial, int streams) {
    this.dial = dial;
    this.limits = MuxLimits.CLIENT.withMaxStreams(streams);
  }

  /** A stream in a shared connection; fails as a connection of its own would. */
  Future<Channel> open(Network network, Destination destination, EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    if (loop.inEventLoop()) {
      open(network, destination, loop, promise);
    } else {
      loop.execute(() -> open(network, destination, loop, promise));
    }
    return promise;
  }

  private void open(
      Network network, Destination destination, EventLoop loop, Promise<Channel> promise) {
    List<Link> mine = links.computeIfAbsent(loop, none -> new ArrayList<>());
    for (Link link : mine) {
      if (link.hasRoom()) {
        link.open(network, destination, promise);
        return;
      }
    }
    Link link = new Link(dial.connect(Command.MUX, null, loop));
    link.keepIn(mine);
    link.open(network, destination, promise);
  }

  /** Closes all there are: streams that open from now on need others. */
  void clear() {
    links.forEach(
        (loop, mine) ->
            loop.execute(
                () -> {
                  List<Link> closing = List.copyOf(mine);
                  mine.clear();
                  closing.forEach(Link::close);
                }));
  }

  /** Streams that open from now on need other connections; those that are open go on. */
  void retire() {
    links.forEach(
        (loop, mine) ->
            loop.execute(
                () -> {
                  List<Link> retired = List.copyOf(mine);
                  mine.clear();
                  retired.forEach(Link::closeIfIdle);
                }));
  }

  /** Closes those that come from an address that this machine has no longer. */
  void drop(Set<InetAddress> gone) {
    links.forEach(
        (loop, mine) ->
            loop.execute(
                () ->
                    List.copyOf(mine).stream()
                        .filter(link -> link.comesFrom(gone))
                        .forEach(Link::close)));
  }

  /** One connection, from its dial to its end. */
  private final class Link {
    private final Future<Channel> dialing;
    private @Nullable MuxConnection connection;
    private int waiting;

    Link(Future<Channel> dialing) {
      this.dialing = dialing;
    }

    /** In the list from now on until its connection closes. */
    void keepIn(List<Link> links) {
      links.add(this);
      dialing.addListener(
          dialed -> {
            if (!dialed.isSuccess()) {
              links.remove(this);
              return;
            }
            Channel channel = dialing.getNow();
            channel.closeFuture().addListener(closed -> links.remove(this));
            MuxConnection stands = MuxConnection.client(limits);
            channel.pipeline().addLast(stands);
            stands.start();
            connection = stands;
          });
    }

    void close() {
      VmessDial.abandon(dialing);
    }

    boolean comesFrom(Set<InetAddress> addresses) {
      return connection != null
          && connection.channel().localAddress() instanceof InetSocketAddress local
          && addresses.contains(local.getAddress());
    }

    /** One with streams ends itself when they are over. */
    void closeIfIdle() {
      if (connection != null && connection.openStreams() == 0 && waiting == 0) {
        close();
      }
    }

    boolean hasRoom() {
      return connection == null ? waiting < limits.maxStreams() : !connection.full();
    }

    private void open(
        MuxConnection stands, Network network, Destination destination, Promise<Channel> promise) {
      if (stands.full()) {
        // It was closed, or stalled, while this stream waited.
        promise.setFailure(
            new OutboundException(
                Failure.RESET,
                "mux",
                dial.endpoint().server().tag(),
                "the shared connection has just ended",
                "does something between here and the server cut connections?"));
        return;
      }
      promise.setSuccess(stands.open(network, destination));
    }

    void open(Network network, Destination destination, Promise<Channel> promise) {
      waiting++;
      dialing.addListener(
          dialed -> {
            waiting--;
            if (!dialed.isSuccess()) {
              promise.tryFailure(dialed.cause());
            } else if (connection != null && promise.setUncancellable()) {
              open(connection, network, destination, promise);
            }
          });
    }
  }
}
