package io.vmessproxy.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.check.Prober;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.dispatch.HedgeBudget;
import io.vmessproxy.client.inbound.ConnectionLimit;
import io.vmessproxy.client.inbound.LocalListener;
import io.vmessproxy.client.inbound.SocketOwners;
import io.vmessproxy.client.outbound.DialListener;
import io.vmessproxy.client.outbound.ServerClock;
import io.vmessproxy.client.outbound.VmessDial;
import io.vmessproxy.client.outbound.VmessOutbound;
import io.vmessproxy.client.outbound.WarmUp;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.ChoiceSettings;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.subscribe.SubscriptionException;
import io.vmessproxy.client.subscribe.Subscriptions;
import io.vmessproxy.client.transport.Layering;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.ahead.AheadTransport;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.MachineWatch;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.vmess.account.Account;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The program, built from its settings: the only class that knows all folders. */
public final class ClientProxy implements AutoCloseable {
  // What a first stream need not wait for; a subscription may have thousands of servers.
  private static final int PREPARED_ENDPOINTS = 64;

  /** Connections that are opened in advance, to all servers together. */
  private static final int AHEAD = 64;

  private final ClientSettings started;
  private volatile ClientSettings settings;
  private final EventLoopGroup loops = EventLoops.group(Runtime.getRuntime().availableProcessors());
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final SecureRandom random = new SecureRandom();
  private final List<LocalListener> localListeners = new ArrayList<>();
  private final List<Channel> accepting = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Map<Destination, ServerClock> clocks = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final ProviderWays providers;
  private final Object reloading = new Object();
  private final Semaphore ahead = new Semaphore(AHEAD);
  private volatile Subscriptions subscriptions;
  private volatile List<Server> servers;
  private @Nullable VmessOutbound outbound;
  private @Nullable DemoServer demo;
  private @Nullable MachineWatch machine;
  private @Nullable Prober prober;

  private ClientProxy(ClientSettings settings) {
    this.started = settings;
    this.settings = settings;
    this.servers = settings.servers();
    this.providers = new ProviderWays(dialer, loops);
    this.subscriptions = subscriptions(settings);
  }

  /**
   * Starts everything; when it returns, the listeners accept.
   *
   * @throws BindException if a listener cannot be bound; everything is closed again
   * @throws SubscriptionException if there are no servers but those of subscriptions, and none of
   *     these can be had
   */
  public static ClientProxy start(ClientSettings settings)
      throws BindException, SubscriptionException {
    ClientProxy proxy = new ClientProxy(settings);
    try {
      if (settings.demo()) {
        proxy.startDemo();
      } else {
        proxy.subscriptions.begin();
        proxy.servers = proxy.subscriptions.servers();
      }
      VmessOutbound outbound = proxy.makeOutbound();
      proxy.listen(outbound);
      proxy.warmUp(outbound);
      proxy.watchMachine(outbound);
      proxy.probe(outbound);
      if (!settings.demo()) {
        proxy.follow(outbound);
      }
      return proxy;
    } catch (BindException | SubscriptionException | RuntimeException e) {
      proxy.closeNow();
      throw e;
    }
  }

  private void startDemo() throws BindException {
    DemoServer server = new DemoServer(dialer, settings.policies(), random, loops);
    demo = server;
    bound(new ListenerSettings(ListenerSettings.Kind.MIXED, "127.0.0.1", 0), server.bound());
    servers = List.of(server.asServer());
  }

  private void listen(VmessOutbound outbound) throws BindException {
    Dispatcher dispatcher =
        new Dispatcher(
            outbound, settings.choice().hedge() ? HedgeBudget.few() : HedgeBudget.none());
    ConnectionLimit limit = ConnectionLimit.ofThisProcess(settings.demo());
    SocketOwners owners = settings.sameUser() ? SocketOwners.ofThisUser() : null;
    for (ListenerSettings listener : settings.listeners()) {
      LocalListener local =
          new LocalListener(
              listener, settings.credentials(), settings.udp(), dispatcher, limit, owners);
      localListeners.add(local);
      Channel socket = bound(listener, local.bind(loops, loops));
      accepting.add(socket);
      listeners.add(new Listener(listener.kind(), (InetSocketAddress) socket.localAddress()));
    }
  }

  /** Behind the bind, and not on a loop: nobody waits for it but who comes at once. */
  private void warmUp(VmessOutbound outbound) {
    Thread thread =
        new Thread(
            () -> {
              servers.stream()
                  .flatMap(server -> server.users().stream())
                  .map(Account::security)
                  .distinct()
                  .forEach(security -> WarmUp.run(security, random));
              outbound.prepare(PREPARED_ENDPOINTS);
            },
            "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  private void probe(VmessOutbound through) {
    ChoiceSettings choice = settings.choice();
    if (choice.probe() != null) {
      prober =
          new Prober(
              choice.probe(),
              choice.probeUrl(),
              through.board(),
              through::endpoints,
              through::dial,
              loops);
      prober.start();
    }
  }

  private void watchMachine(VmessOutbound outbound) {
    machine = new MachineWatch(new NetworkChanges(outbound, resolver));
    machine.start();
  }

  private Subscriptions subscriptions(ClientSettings from) {
    return new Subscriptions(
        from.servers(), from.subscriptions(), providers.ways(), Clock.systemUTC());
  }

  private void follow(VmessOutbound made) {
    outbound = made;
    providers.useServers(made);
    Subscriptions mine = subscriptions;
    mine.follow(servers, changed -> use(mine, changed));
  }

  /** These are the servers from now on. */
  private synchronized void use(Subscriptions from, List<Server> changed) {
    if (from != subscriptions || outbound == null) {
      return; // Those of settings that hold no longer.
    }
    servers = changed;
    outbound.replace(changed);
    clocks.keySet().retainAll(changed.stream().map(Server::address).collect(Collectors.toSet()));
  }

  /**
   * Takes other settings while connections go on. New ones go by them: servers, subscriptions
   * (which are fetched again), timeouts, policies and clocks. Open ones are left alone. What cannot
   * change while the program runs stays as it is.
   *
   * @throws SubscriptionException if there is no server in the new settings; nothing has changed
   */
  public Reloaded reload(ClientSettings next) throws SubscriptionException {
    synchronized (reloading) {
      ClientSettings before = settings;
      VmessOutbound running = outbound;
      if (running == null || next.demo()) {
        return Reloaded.of(started, next, servers, servers);
      }
      Subscriptions fresh = subscriptions(next);
      try {
        fresh.begin(subscriptions);
      } catch (SubscriptionException | RuntimeException e) {
        fresh.close();
        throw e;
      }
      List<Server> old = servers;
      Subscriptions replaced = subscriptions;
      subscriptions = fresh;
      settings = next;
      replaced.close();
      if (!Reloaded.sameDials(before, next)) {
        clocks.clear();
        running.renew(next.policies());
      }
      use(fresh, fresh.servers());
      fresh.follow(servers, true, changed -> use(fresh, changed));
      return Reloaded.of(started, next, old, servers);
    }
  }

  private VmessOutbound makeOutbound() {
    ChoiceSettings choice = settings.choice();
    return new VmessOutbound(
        health -> choice.strategy().selector(servers, health),
        settings.policies(),
        choice.attempts(),
        this::dial);
  }

  private VmessDial dial(Endpoint endpoint, DialListener listener) {
    Server server = endpoint.server();
    OutboundTransport transport =
        Transports.outbound(
            new TcpTransport(dialer, server.address(), connectTimeout(endpoint.user())),
            server.address(),
            server.stream(),
            settings.handshakeTimeout(),
            Layering.NONE);
    return new VmessDial(
        endpoint,
        inAdvance(transport, server),
        clock(server.address()),
        random,
        settings.handshakeTimeout(),
        listener);
  }

  private OutboundTransport inAdvance(OutboundTransport transport, Server server) {
    int most = started.choice().preconnect();
    return most == 0 || server.stream().transport().shared()
        ? transport
        : new AheadTransport(transport, most, ahead, AheadTransport.Times.USUAL);
  }

  /** All users of a server go by one clock. */
  private ServerClock clock(Destination server) {
    ClockOffset offset = settings.clockOffset();
    return clocks.computeIfAbsent(
        server, made -> new ServerClock(Clock.systemUTC(), offset.ahead(), offset.auto()));
  }

  /** A level's own policy may leave less time than the program does. */
  private Duration connectTimeout(Account user) {
    Policy policy = settings.policies().byLevel().get(user.level());
    Duration timeout = settings.connectTimeout();
    return policy == null || policy.handshake().compareTo(timeout) > 0
        ? timeout
        : policy.handshake();
  }

  private static Channel bound(ListenerSettings listener, ChannelFuture binding)
      throws BindException {
    binding.awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw new BindException(listener, binding.cause());
    }
    return binding.channel();
  }

  /** The listeners in the order of the settings, with the ports they got. */
  public List<Listener> listeners() {
    return List.copyOf(listeners);
  }

  /** The servers in use now: of the settings and of subscriptions, or the demo's own. */
  public List<Server> servers() {
    return servers;
  }

  /** What keeps the servers up to date. */
  Subscriptions subscriptions() {
    return subscriptions;
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
    accepting.forEach(socket -> socket.close().awaitUninterruptibly());
    long deadline = System.nanoTime() + settings.drain().toNanos();
    for (LocalListener listener : localListeners) {
      listener
          .connections()
          .newCloseFuture()
          .awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    closeNow();
  }

  private void closeNow() {
    subscriptions.close();
    if (machine != null) {
      machine.close();
    }
    if (prober != null) {
      prober.close();
    }
    accepting.forEach(Channel::close);
    localListeners.forEach(listener -> listener.connections().close().awaitUninterruptibly());
    if (demo != null) {
      demo.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  /** A listener that accepts. */
  public record Listener(ListenerSettings.Kind kind, InetSocketAddress address) {}

  /** A listener cannot be bound. The cause is the socket's own exception. */
  public static final class BindException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ListenerSettings listener;

    BindException(ListenerSettings listener, Throwable cause) {
      super(listener + ": " + cause.getMessage(), cause);
      this.listener = listener;
    }

    /** Which one. */
    public ListenerSettings listener() {
      return listener;
    }
  }
}
