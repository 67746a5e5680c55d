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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The program's {@code check}, built from its settings: each user of each server is tried. */
public final class ClientCheck implements AutoCloseable {
  /** Names that nobody answers for hold theirs longer than a check waits. */
  private static final int LOOK_UPS = 4 * CheckRun.PARALLEL;

  /** Of longer lists no clock is measured: it would double their time. */
  private static final int MAX_CLOCKS = 64;

  /** To a subscription's provider. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(2500);

  private final EventLoopGroup loops = EventLoops.group(Runtime.getRuntime().availableProcessors());
  private final SystemResolver resolver = new SystemResolver(LOOK_UPS);
  private final List<String> notes = new ArrayList<>();
  private final @Nullable DemoServer demo;
  private final CheckRun run;

  private ClientCheck(
      List<Server> servers,
      SubscriptionSettings subscriptions,
      boolean demo,
      CheckSettings settings)
      throws SubscriptionException {
    Dialer dialer = new Dialer(resolver);
    SecureRandom random = new SecureRandom();
    this.demo = demo ? new DemoServer(dialer, PolicyTable.DEFAULT, random, loops) : null;
    List<Server> all =
        this.demo == null
            ? withSubscribed(servers, subscriptions, dialer)
            : List.of(listening(this.demo));
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

  /**
   * Begins.
   *
   * @param subscriptions are fetched directly where no answer is kept from before
   * @param demo starts an embedded server and checks it alone
   * @throws SubscriptionException if there are no servers but those of subscriptions, and none of
   *     these can be had
   */
  public static ClientCheck start(
      List<Server> servers,
      SubscriptionSettings subscriptions,
      boolean demo,
      CheckSettings settings)
      throws SubscriptionException {
    return new ClientCheck(servers, subscriptions, demo, settings);
  }

  private List<Server> withSubscribed(
      List<Server> servers, SubscriptionSettings settings, Dialer dialer)
      throws SubscriptionException {
    HttpGet direct =
        new HttpGet((target, loop) -> new TcpTransport(dialer, target, CONNECT_TIMEOUT).open(loop));
    Ways.Getter getter = request -> direct.get(request, loops.next());
    try (Subscriptions subscriptions =
        new Subscriptions(servers, settings, new Ways(getter, getter), Clock.systemUTC())) {
      subscriptions.begin();
      notes.addAll(subscriptions.notes());
      return subscriptions.servers();
    } catch (SubscriptionException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Server listening(DemoServer demo) {
    demo.bound().syncUninterruptibly();
    return demo.asServer();
  }

  /** What is known of the subscriptions: a quota, for one. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** How it goes. */
  public CheckRun run() {
    return run;
  }

  @Override
  public void close() {
    if (demo != null) {
      demo.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }
}
