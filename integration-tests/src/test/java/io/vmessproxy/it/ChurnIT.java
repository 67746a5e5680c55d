package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.EmbeddedPeer;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.Wait;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Many connections at once that come and go in all manners: none of them may cost another, and
 * nothing may be left of them. Descriptors are used again within one turn of an event loop here,
 * which few other tests reach.
 */
class ChurnIT {
  private static final long SEED = 20_261_123;
  private static final int APPLICATIONS = 40;
  private static final int CONNECTIONS_EACH = 60;
  private static final int SOURCE_BYTES = 4 << 20;
  private static final FrontEnd[] FRONT_ENDS = {FrontEnd.SOCKS5, FrontEnd.SOCKS4, FrontEnd.CONNECT};

  @Test
  void servesConnectionsThatComeAndGoWithoutLosingOne() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(APPLICATIONS);
    try (TcpTarget echo = TcpTarget.echo();
        TcpTarget source = TcpTarget.source(SOURCE_BYTES);
        ProxyProcess proxy = ProxyProcess.inFrontOf(new EmbeddedPeer().options("auto"))) {
      exchange(FrontEnd.SOCKS5.open(proxy.port(), "127.0.0.1", echo.port()), new Random(SEED));
      long before = proxy.process().descriptors();
      List<Future<?>> applications = new ArrayList<>();
      for (int i = 0; i < APPLICATIONS; i++) {
        Random random = new Random(SEED + i);
        applications.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < CONNECTIONS_EACH; n++) {
                    connection(proxy.port(), echo.port(), source.port(), random);
                  }
                  return null;
                }));
      }
      for (Future<?> application : applications) {
        application.get(90, TimeUnit.SECONDS);
      }

      assertThat(proxy.log()).doesNotContain("Exception", "connect:");
      Wait.until(
          Duration.ofSeconds(15),
          () -> proxy.process().descriptors() <= before,
          () -> "descriptors: %d (before: %d)".formatted(proxy.process().descriptors(), before));
    } finally {
      threads.shutdownNow();
    }
  }

  private static void connection(int proxy, int echo, int source, Random random)
      throws IOException {
    FrontEnd frontEnd = FRONT_ENDS[random.nextInt(FRONT_ENDS.length)];
    if (random.nextBoolean()) {
      exchange(frontEnd.open(proxy, "127.0.0.1", echo), random);
    } else {
      leaveAmid(frontEnd.open(proxy, "127.0.0.1", source), random);
    }
  }

  /** Some bytes there and back, whole, then an end in peace. */
  private static void exchange(Tunnel tunnel, Random random) throws IOException {
    try (tunnel) {
      byte[] sent = new byte[1 + random.nextInt(50_000)];
      random.nextBytes(sent);
      assertThat(tunnel.exchange(sent)).as("code %d", tunnel.code()).isEqualTo(sent);
    }
  }

  /** Takes some of an endless answer and goes, half the times with a reset. */
  private static void leaveAmid(Tunnel tunnel, Random random) throws IOException {
    try (tunnel) {
      byte[] some = new byte[1 + random.nextInt(300_000)];
      new DataInputStream(tunnel.socket().getInputStream()).readFully(some);
      if (random.nextBoolean()) {
        tunnel.reset();
      }
    }
  }
}
