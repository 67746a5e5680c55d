package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.fetch.ScriptedServer;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CheckRunTest {
  private static final Duration HANDSHAKE = Duration.ofMillis(200);

  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(2);
  private final SystemResolver resolver = new SystemResolver();

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void checksSoManyAtATimeAndKeepsTheOrder() throws Exception {
    try (ScriptedServer silent = ScriptedServer.of(socket -> socket.getInputStream().read())) {
      List<Endpoint> endpoints = endpoints(silent.port(), 2 * CheckRun.PARALLEL + 1);

      long start = System.nanoTime();
      CheckRun run = CheckRun.start(endpoints, check(), loops);
      assertThat(run.await(1)).isFalse();
      assertThat(run.done()).isZero();
      assertThat(run.await(20_000)).isTrue();
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(run.reports()).extracting(Report::endpoint).isEqualTo(endpoints);
      assertThat(run.done()).isEqualTo(run.all()).isEqualTo(endpoints.size());
      assertThat(took)
          .as("three after each other, not %d", endpoints.size())
          .isBetween(HANDSHAKE.multipliedBy(3), HANDSHAKE.multipliedBy(endpoints.size() - 1L));
    }
  }

  @Test
  void tellsWhatIsKnownBeforeTheEnd() throws Exception {
    try (ScriptedServer silent = ScriptedServer.of(socket -> socket.getInputStream().read())) {
      List<Endpoint> endpoints = endpoints(silent.port(), CheckRun.PARALLEL + 1);

      CheckRun run = CheckRun.start(endpoints, check(), loops);
      while (run.done() < CheckRun.PARALLEL) {
        run.await(5);
      }

      assertThat(run.reports()).hasSizeGreaterThanOrEqualTo(CheckRun.PARALLEL);
      assertThat(run.await(20_000)).isTrue();
    }
  }

  private ServerCheck check() {
    Duration second = Duration.ofSeconds(1);
    return new ServerCheck(
        new Dialer(resolver),
        Clock.systemUTC(),
        random,
        new CheckSettings(
            CheckSettings.USUAL_URL, second, HANDSHAKE, second, ClockOffset.NONE, true));
  }

  private List<Endpoint> endpoints(int port, int count) {
    Account user = new Account(UserId.random(random), 0, Security.AES_128_GCM, 0);
    Destination address = new Destination(Address.of("127.0.0.1"), port);
    return IntStream.range(0, count)
        .mapToObj(i -> new Endpoint(new Server("server " + i, address, List.of(user)), user))
        .toList();
  }
}
