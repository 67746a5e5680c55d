package io.vmessproxy.common.vmess.inbound;

import static java.util.stream.Collectors.joining;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inbound whose ports change: every few minutes it opens some random ones of a range, each with
 * a server of its own, and closes them after twice that time, so that old and new overlap. Detours
 * lead to one of the newest. Any thread.
 *
 * <p>Source: V2Ray 4.34, app/proxyman/inbound/dynamic.go.
 */
public final class DynamicInbound implements Detour, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DynamicInbound.class);

  /** So many ports are tried in one turn, where most of the range belongs to somebody else. */
  private static final int MAX_TRIES = 256;

  /**
   * Where and how it opens ports.
   *
   * @param firstPort to {@code lastPort}: the range
   * @param refresh so often it opens new ones
   * @param concurrency how many each time
   */
  public record Ports(
      InetAddress host, int firstPort, int lastPort, Duration refresh, int concurrency) {}

  private final Ports ports;
  private final Supplier<VmessServer> servers;
  private final InboundTransport transport;
  private final EventLoopGroup loops;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("vmess-ports", true));
  private List<Door> previous = List.of(); // still accept; detours do not lead there any more
  private final List<VmessServer> retired = new ArrayList<>(); // have connections left
  private List<Door> newest = List.of();
  private volatile Batch suggested; // the newest, or those before where no new one could be opened
  private boolean closed;

  /** Ports that were opened together. */
  private record Batch(Instant opened, List<Door> doors) {}

  /** One port. */
  private record Door(int port, VmessServer server) {}

  /**
   * An inbound without a port as yet.
   *
   * @param servers makes a server for each port
   * @param transport what stands before VMess
   * @param loops where they and their connections live
   */
  public DynamicInbound(
      Ports ports,
      Supplier<VmessServer> servers,
      InboundTransport transport,
      EventLoopGroup loops,
      Clock clock) {
    this.ports = ports;
    this.servers = servers;
    this.transport = transport;
    this.loops = loops;
    this.clock = clock;
    this.suggested = new Batch(clock.instant(), List.of());
  }

  /**
   * Opens the first ports, and goes on by itself. Blocks until they accept.
   *
   * @throws BindException if none can be opened
   */
  public void start() throws BindException {
    turn();
    if (suggested.doors.isEmpty()) {
      throw new BindException("none of the ports %d to %d is free".formatted(first(), last()));
    }
    long every = ports.refresh.toNanos();
    thread.scheduleAtFixedRate(this::turnSafely, every, every, TimeUnit.NANOSECONDS);
  }

  private void turnSafely() {
    try {
      turn();
    } catch (RuntimeException e) {
      LOG.error("ports {} to {}", first(), last(), e); // Thrown on, it would end the schedule.
    }
  }

  /** Opens new ports, and closes those that were opened two turns ago. Blocks until they accept. */
  synchronized void turn() {
    if (closed) {
      return;
    }
    retired.removeIf(server -> server.connections().isEmpty());
    for (Door door : previous) {
      door.server.stopAccepting();
      retired.add(door.server);
    }
    previous = newest;
    newest = open();
    if (!newest.isEmpty()) {
      suggested = new Batch(clock.instant(), newest);
    }
    LOG.info(
        "ports {} of {} to {} are open for {} min",
        newest.stream().map(door -> String.valueOf(door.port)).collect(joining(", ")),
        first(),
        last(),
        2 * ports.refresh.toMinutes());
  }

  private List<Door> open() {
    List<Integer> free =
        IntStream.rangeClosed(first(), last())
            .filter(port -> previous.stream().noneMatch(door -> door.port == port))
            .boxed()
            .collect(Collectors.toList());
    Collections.shuffle(free, ThreadLocalRandom.current());
    List<Door> doors = new ArrayList<>();
    for (int port : free.subList(0, Math.min(free.size(), MAX_TRIES))) {
      if (doors.size() == ports.concurrency) {
        break;
      }
      Door door = open(port);
      if (door != null) {
        doors.add(door);
      }
    }
    if (doors.size() < ports.concurrency) {
      LOG.warn(
          "ports {} to {}: {} were free (expected: {})",
          first(),
          last(),
          doors.size(),
          ports.concurrency);
    }
    return List.copyOf(doors);
  }

  /** Null if somebody else has the port. */
  private @Nullable Door open(int port) {
    VmessServer server = servers.get();
    ChannelFuture bound =
        server
            .bind(new InetSocketAddress(ports.host, port), loops, transport)
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      return new Door(port, server);
    }
    server.close();
    LOG.debug("port {}: {}", port, bound.cause().toString());
    return null;
  }

  @Override
  public @Nullable SwitchAccount suggestion(InboundUser user) {
    Batch batch = suggested;
    if (batch.doors.isEmpty()) {
      return null;
    }
    Door door = batch.doors.get(ThreadLocalRandom.current().nextInt(batch.doors.size()));
    long age = Duration.between(batch.opened, clock.instant()).toMinutes();
    long left = Math.max(1, Math.min(ports.refresh.toMinutes() - age, MAX_MINUTES));
    return door.server.suggest(user, door.port, (int) left);
  }

  /** The ports that accept, the newest last. */
  synchronized List<Integer> openPorts() {
    return Stream.concat(previous.stream(), newest.stream()).map(Door::port).toList();
  }

  /** The connections that are open now, each port's: to be waited for when the program stops. */
  public synchronized List<ChannelGroup> connections() {
    return servers().map(VmessServer::connections).toList();
  }

  private Stream<VmessServer> servers() {
    return Stream.concat(
        retired.stream(), Stream.concat(previous.stream(), newest.stream()).map(Door::server));
  }

  /** Stops listening, and opens no more; open connections go on. */
  public synchronized void stopAccepting() {
    closed = true;
    thread.shutdown();
    servers().forEach(VmessServer::stopAccepting);
  }

  /** Stops listening and closes all connections. */
  @Override
  public synchronized void close() {
    closed = true;
    thread.shutdown();
    servers().forEach(VmessServer::close);
  }

  private int first() {
    return ports.firstPort;
  }

  private int last() {
    return ports.lastPort;
  }
}
