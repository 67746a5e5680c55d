package io.vmessproxy.client;

import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.check.CheckRun;
import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.check.ServerCheck;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.outbound.WarmUp;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.subscribe.SubscriptionException;
import io.vmessproxy.client.subscribe.Subscriptions;
import io.vmessproxy.client.subscribe.Ways;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The program's {@code check}, built from its settings: each user of each server is tried. */
public final class ClientCheck implements AutoCloseable {
  /** Names that nobody answers for hold theirs longer than a check waits. */
  private static final int LOOK_UPS = 4 * CheckRun.PARALLEL;

  /** Of longer lists no clock is measured: it would double their time. */
  private static final int MAX_CLOCKS = 64;

  private final EventLoopGroup loops = EventLoops.group(Runtime.getRuntime().availableProcessors());
  private final SystemResolver resolver = new SystemResolver(LOOK_UPS);
  private final Dialer dialer = new Dialer(resolver);
  private final SecureRandom random = new SecureRandom();
  private final CheckSettings settings;
  private final Subscriptions subscriptions;
  private final @Nullable DemoServer demo;
  private @Nullable CheckRun run;

  private ClientCheck(Servers given, CheckSettings settings) {
    this.settings = settings;
    Dialer dialer = this.dialer;
    demo = given.demo ? new DemoServer(dialer, PolicyTable.DEFAULT, random, loops) : null;
    HttpGet get =
        new HttpGet(
            (target, loop) ->
                new TcpTransport(dialer, target, settings.connectTimeout()).open(loop));
    // Nothing is refreshed here, so nothing comes through the servers.
    Ways.Getter direct = request -> get.get(request, loops.next());
    subscriptions =
        new Subscriptions(
            given.servers, given.subscriptions, new Ways(direct, direct), Clock.systemUTC());
  }

  /**
   * Begins.
   *
   * @throws SubscriptionException if there are no servers but those of subscriptions, and none of
   *     these can be had
   */
  public static ClientCheck start(Servers given, CheckSettings settings)
      throws SubscriptionException {
    ClientCheck check = new ClientCheck(given, settings);
    try {
      check.begin();
      return check;
    } catch (SubscriptionException | RuntimeException e) {
      check.close();
      throw e;
    }
  }

  private void begin() throws SubscriptionException {
    List<Server> all;
    if (demo == null) {
      subscriptions.begin();
      all = subscriptions.servers();
    } else {
      all = List.of(listening(demo));
    }
    List<Endpoint> endpoints =
        all.stream()
            .flatMap(server -> server.users().stream().map(user -> new Endpoint(server, user)))
            .toList();
    // Else the first server's times would hold those of a JVM that looks for its ciphers.
    endpoints.stream()
        .map(endpoint -> endpoint.user().security())
        .distinct()
        .forEach(security -> WarmUp.run(security, random));
    CheckSettings fitting = endpoints.size() <= MAX_CLOCKS ? settings : settings.withoutClocks();
    ServerCheck check = new ServerCheck(dialer, Clock.systemUTC(), random, fitting);
    run = CheckRun.start(endpoints, check, loops);
  }

  private static Server listening(DemoServer demo) {
    demo.bound().syncUninterruptibly();
    return demo.asServer();
  }

  /** How it goes. */
  public CheckRun run() {
    return Objects.requireNonNull(run, "not started");
  }

  /** What the subscriptions say beside their servers: a line of text each. */
  public List<String> notes() {
    return subscriptions.notes();
  }

  @Override
  public void close() {
    subscriptions.close();
    if (demo != null) {
      demo.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  /**
   * What is checked.
   *
   * @param demo starts an embedded server and checks it alone
   */
  public record Servers(List<Server> servers, SubscriptionSettings subscriptions, boolean demo) {
    public Servers {
      servers = List.copyOf(servers);
    }
  }
}
