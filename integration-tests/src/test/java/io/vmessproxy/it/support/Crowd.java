package io.vmessproxy.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many streams that are open at once, each with bytes of its own, there and back. */
public final class Crowd {
  private static final int SECONDS = 30;
  private static final int ROUNDS = 20;
  private static final int MAX_BYTES_A_ROUND = 20_000;

  private Crowd() {}

  /**
   * Lets so many streams talk to an echo; none says its second word before all said their first.
   */
  public static void talk(int streams, int proxyPort, int echoPort) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(streams);
    CyclicBarrier allOpen = new CyclicBarrier(streams);
    try {
      List<Future<?>> talks = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        Random random = new Random(i);
        talks.add(
            threads.submit(
                () -> {
                  try (Tunnel tunnel = SocksClient.socks5(proxyPort, "127.0.0.1", echoPort)) {
                    round(tunnel, random);
                    allOpen.await(SECONDS, TimeUnit.SECONDS);
                    for (int n = 1; n < ROUNDS; n++) {
                      round(tunnel, random);
                    }
                    // Nobody leaves before all are through: a place that gets free stays empty.
                    allOpen.await(SECONDS, TimeUnit.SECONDS);
                    return null;
                  }
                }));
      }
      for (Future<?> talk : talks) {
        talk.get(2 * SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void round(Tunnel tunnel, Random random) throws IOException {
    byte[] sent = new byte[1 + random.nextInt(MAX_BYTES_A_ROUND)];
    random.nextBytes(sent);
    tunnel.socket().getOutputStream().write(sent);

    byte[] answer = tunnel.socket().getInputStream().readNBytes(sent.length);
    assertThat(answer).as("code %d", tunnel.code()).isEqualTo(sent);
  }
}
