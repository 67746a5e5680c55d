package io.vmessproxy.client;

import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.check.CheckRun;
import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.check.ServerCheck;
import io.vmessproxy.client.outbound.WarmUp;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
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
  private final @Nullable DemoServer demo;
  private final CheckRun run;

  private ClientCheck(List<Server> servers, boolean demo, CheckSettings settings) {
    Dialer dialer = new Dialer(resolver);
    SecureRandom random = new SecureRandom();
    this.demo = demo ? new DemoServer(dialer, PolicyTable.DEFAULT, random, loops) : null;
    List<Server> all = this.demo == null ? servers : List.of(listening(this.demo));
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
   * @param demo starts an embedded server and checks it alone
   */
  public static ClientCheck start(List<Server> servers, boolean demo, CheckSettings settings) {
    return new ClientCheck(servers, demo, settings);
  }

  private static Server listening(DemoServer demo) {
    demo.bound().syncUninterruptibly();
    return demo.asServer();
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
