package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.SystemResolver;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The targets of one UDP socket: looks each up once, keeps what is for it until then, and knows
 * which name an answer is from. All on the socket's event loop.
 */
final class DatagramTargets {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramTargets.class);

  /** Of these, those used least lately are forgotten. */
  private static final int MAX_TARGETS = 1024;

  /** What may wait for look-ups, for all targets together. */
  static final int MAX_WAITING_BYTES = 256 * 1024;

  /** What a datagram costs while it waits, even an empty one. */
  private static final int WAITING_OVERHEAD_BYTES = 64;

  private final SystemResolver resolver;
  private final TargetAccess access;
  private final EventLoop loop;
  private final Map<Destination, Target> targets = new Recent<>();
  private final Map<InetSocketAddress, Destination> names = new Recent<>();
  private BiConsumer<ByteBuf, InetSocketAddress> socket = (payload, address) -> payload.release();
  private boolean ipv6;
  private boolean sending;
  private boolean closed;
  private int waitingBytes;
  private long dropped;

  DatagramTargets(SystemResolver resolver, TargetAccess access, EventLoop loop) {
    this.resolver = resolver;
    this.access = access;
    this.loop = loop;
  }

  /** Tells who sends; he takes ownership of the payloads. */
  void sendBy(BiConsumer<ByteBuf, InetSocketAddress> sender) {
    this.socket = sender;
  }

  /** Tells whether the socket reaches IPv6 addresses; before anything is sent. */
  void reachIpv6(boolean reachesIpv6) {
    this.ipv6 = reachesIpv6;
  }

  /** Whether a call of {@link #send} is under way: else what is sent has waited. */
  boolean sending() {
    return sending;
  }

  /** Sends it as soon as its target is looked up, if that may be reached. Takes ownership. */
  void send(Datagram datagram) {
    sending = true;
    try {
      Target target = targets.get(datagram.destination());
      if (target == null) {
        target = new Target(datagram.destination());
        targets.put(target.named, target);
        target.lookUp();
      }
      target.send(datagram.content());
    } finally {
      sending = false;
    }
  }

  /** How the client named this source; null if it never sent there. */
  @Nullable Destination named(InetSocketAddress source) {
    return names.get(source);
  }

  /** Drops what waits. Returns how many datagrams were dropped, ever. */
  long close() {
    closed = true;
    targets.values().forEach(Target::dropWaiting);
    return dropped;
  }

  /** One destination as the client names it. */
  private final class Target {
    private final Destination named;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>();
    private boolean settled;
    private @Nullable InetSocketAddress address; // null when settled: it may not be reached

    Target(Destination named) {
      this.named = named;
    }

    void lookUp() {
      resolver.resolve(named.address(), loop).addListener(this::lookedUp);
    }

    private void lookedUp(Future<? super List<InetAddress>> lookUp) {
      if (closed) {
        return;
      }
      if (!lookUp.isSuccess()) {
        LOG.debug("{}: {}", named, lookUp.cause().toString());
        dropWaiting();
        targets.remove(named, this); // The next datagram tries again.
        return;
      }
      @SuppressWarnings("unchecked") // The listener's type loses what the resolver promises.
      List<InetAddress> addresses = (List<InetAddress>) lookUp.getNow();
      address = choose(addresses);
      settled = true;
      for (ByteBuf payload = nextWaiting(); payload != null; payload = nextWaiting()) {
        send(payload);
      }
    }

    private @Nullable InetSocketAddress choose(List<InetAddress> addresses) {
      for (InetAddress one : addresses) {
        boolean reachable = ipv6 || one instanceof Inet4Address;
        if (reachable && access.allows(named, one)) {
          return new InetSocketAddress(one, named.port());
        }
      }
      LOG.debug("{} udp: none of its addresses may be reached", named);
      return null;
    }

    void send(ByteBuf payload) {
      if (!settled) {
        keep(payload);
      } else if (address == null) {
        drop(payload);
      } else {
        names.put(address, named); // Of two names for one address, the one used last.
        socket.accept(payload, address);
      }
    }

    private void keep(ByteBuf payload) {
      if (closed || waitingBytes + cost(payload) > MAX_WAITING_BYTES) {
        drop(payload);
        return;
      }
      waitingBytes += cost(payload);
      waiting.add(payload);
    }

    private @Nullable ByteBuf nextWaiting() {
      ByteBuf payload = waiting.poll();
      waitingBytes -= payload == null ? 0 : cost(payload);
      return payload;
    }

    private static int cost(ByteBuf payload) {
      return payload.readableBytes() + WAITING_OVERHEAD_BYTES;
    }

    void dropWaiting() {
      for (ByteBuf payload = nextWaiting(); payload != null; payload = nextWaiting()) {
        drop(payload);
      }
    }

    private void drop(ByteBuf payload) {
      dropped++;
      payload.release();
    }
  }

  /** Holds the {@link #MAX_TARGETS} entries that were used last. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      if (size() <= MAX_TARGETS) {
        return false;
      }
      if (eldest.getValue() instanceof DatagramTargets.Target target) {
        target.dropWaiting();
      }
      return true;
    }
  }
}
