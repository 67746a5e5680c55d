package io.vmessproxy.client.serve;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.ServeSettings;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.vmess.inbound.Detour;
import io.vmessproxy.common.vmess.inbound.DynamicInbound;
import io.vmessproxy.common.vmess.inbound.Freedom;
import io.vmessproxy.common.vmess.inbound.InboundOptions;
import io.vmessproxy.common.vmess.inbound.VmessServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A running {@code serve}: its inbounds, and what they share. */
public final class ServeProxy implements AutoCloseable {
  private final ServeSettings settings;
  private final EventLoopGroup loops = EventLoops.group(Runtime.getRuntime().availableProcessors());
  private final SystemResolver resolver = new SystemResolver();
  private final Freedom freedom = new Freedom(new Dialer(resolver));
  private final List<VmessServer> fixed = new ArrayList<>();
  private final List<DynamicInbound> dynamic = new ArrayList<>();
  private final Map<String, Detour> byTag = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private ServeProxy(ServeSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts everything; when it returns, the inbounds accept.
   *
   * @throws CannotListen if an inbound cannot be bound; everything is closed again
   * @throws IllegalArgumentException if an inbound's users have too many alternative ids together,
   *     or a detour leads to no inbound
   */
  public static ServeProxy start(ServeSettings settings) throws CannotListen {
    ServeProxy proxy = new ServeProxy(settings);
    try {
      for (InboundSettings inbound : settings.inbounds()) {
        proxy.open(inbound);
      }
      return proxy;
    } catch (CannotListen | RuntimeException e) {
      proxy.closeNow();
      throw e;
    }
  }

  private void open(InboundSettings inbound) throws CannotListen {
    try {
      if (inbound.dynamic()) {
        openDynamic(inbound);
      } else {
        openFixed(inbound);
      }
    } catch (IOException e) {
      throw new CannotListen(inbound, e);
    }
  }

  private static InboundTransport transport(InboundSettings inbound) throws IOException {
    return Transports.inbound(inbound.transport(), inbound.tls());
  }

  private void openFixed(InboundSettings inbound) throws CannotListen, IOException {
    VmessServer server = server(inbound);
    fixed.add(server);
    ChannelFuture bound =
        server
            .bind(new InetSocketAddress(inbound.host(), inbound.port()), loops, transport(inbound))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new CannotListen(inbound, bound.cause());
    }
    InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
    listeners.add(new Listener(inbound.tag(), address));
    byTag.put(inbound.tag(), Detour.to(server, address.getPort()));
  }

  private void openDynamic(InboundSettings inbound) throws IOException {
    InboundSettings.Allocation allocation = inbound.allocation();
    DynamicInbound ports =
        new DynamicInbound(
            new DynamicInbound.Ports(
                InetAddress.getByName(inbound.host()),
                inbound.port(),
                inbound.lastPort(),
                Duration.ofMinutes(allocation.refreshMinutes()),
                allocation.concurrency()),
            () -> server(inbound),
            transport(inbound),
            loops,
            Clock.systemUTC());
    dynamic.add(ports);
    ports.start();
    byTag.put(inbound.tag(), ports);
  }

  private VmessServer server(InboundSettings inbound) {
    InboundOptions options =
        new InboundOptions(
            settings.policies(),
            settings.access().apply(inbound),
            inbound.disableInsecureEncryption(),
            detour(inbound),
            inbound.defaults().level(),
            inbound.defaults().alterId());
    return new VmessServer(inbound.users(), options, freedom, Clock.systemUTC());
  }

  /** Looks its inbound up as it is asked: that one may be opened later, or lead back. */
  private Detour detour(InboundSettings inbound) {
    String tag = inbound.detour();
    if (tag == null) {
      return Detour.NONE;
    }
    if (settings.inbounds().stream().noneMatch(other -> other.tag().equals(tag))) {
      throw new IllegalArgumentException(
          "inbound %s: no inbound %s for its detour".formatted(inbound.tag(), tag));
    }
    return user -> byTag.getOrDefault(tag, Detour.NONE).suggestion(user);
  }

  /** The inbounds with a fixed port in the order of the settings, with the ports they got. */
  public List<Listener> listeners() {
    return List.copyOf(listeners);
  }

  /**
   * Stops accepting, gives open connections the settings' {@code drain} to end, then closes them.
   * Blocks until all is closed; a second call does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    fixed.forEach(VmessServer::stopAccepting);
    dynamic.forEach(DynamicInbound::stopAccepting);
    long deadline = System.nanoTime() + settings.drain().toNanos();
    connections()
        .forEach(
            open ->
                open.newCloseFuture()
                    .awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
    closeNow();
  }

  private Stream<ChannelGroup> connections() {
    return Stream.concat(
        fixed.stream().map(VmessServer::connections),
        dynamic.stream().flatMap(ports -> ports.connections().stream()));
  }

  private void closeNow() {
    fixed.forEach(VmessServer::close);
    dynamic.forEach(DynamicInbound::close);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  /** An inbound that accepts. */
  public record Listener(String tag, InetSocketAddress address) {}
}
