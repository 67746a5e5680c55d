package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.EchoProcess;
import io.vmessproxy.it.support.JvmView;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand tunnels at once that say nothing, and as many that stop anywhere. */
class ManyConnectionsIT {
  private static final int CONNECTIONS = 10_000;
  private static final int THREADS = 16;
  private static final long SEED = 20_261_126;
  private static final int LARGEST = 3000;
  private static final long SLACK = 2 << 20;

  /** The program counts two descriptors for each, which a machine may not allow. */
  @ParameterizedTest
  @ValueSource(ints = {0, 64})
  void holdsTenThousandIdleConnections(int mux) throws Exception {
    int count = Math.min(CONNECTIONS, (descriptors() - 300) / 2);
    try (EchoProcess echo = EchoProcess.start();
        ServeProcess first = ServeProcess.of(VmessUser.AEAD);
        ServeProcess second = ServeProcess.of(VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(options(mux, first, second))) {
      List<Socket> open = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          open.add(tunnel(proxy.port(), echo.port()));
          say(open.get(i), 1);
        }
        long before = proxy.process().residentBytes();
        long descriptors = proxy.process().descriptors();
        open.addAll(tunnels(count - 4, proxy.port(), echo.port()));
        long held = proxy.process().residentBytes();
        for (int i = 0; i < count; i += 50) {
          say(open.get(i), i);
        }
        String summary =
            "%d idle connections, mux %d: %d MiB resident before, %d with them, %.1f KiB each%n"
                .formatted(count, mux, before >> 20, held >> 20, (held - before) / 1024.0 / count);
        Files.writeString(
            Path.of("target", "many-connections.txt"),
            summary,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        for (Socket socket : open) {
          socket.close();
        }
        Wait.until(
            Duration.ofSeconds(30),
            () -> proxy.process().descriptors() <= descriptors,
            () -> "descriptors: " + proxy.process().descriptors());
        say(tunnel(proxy.port(), echo.port()), 7);
        assertThat(proxy.log()).as(summary).doesNotContain("Exception", "OutOfMemory");
        assertThat(first.log()).doesNotContain("Exception", "OutOfMemory");
      } finally {
        for (Socket socket : open) {
          socket.close();
        }
      }
    }
  }

  private static List<String> options(int mux, ServeProcess... serves) {
    List<String> options = new ArrayList<>();
    for (ServeProcess serve : serves) {
      options.addAll(serve.options(VmessUser.AEAD, "aes-128-gcm"));
      options.addAll(List.of("--mux", "" + mux));
    }
    return options;
  }

  /** How many a process may have. */
  private static int descriptors() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.split("\\s+", 6)[3])
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElse(CONNECTIONS);
  }

  @Test
  void tenThousandThatStopAnywhereLeaveNothing() throws Exception {
    try (EchoProcess echo = EchoProcess.start();
        ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "aes-128-gcm"))) {
      stopAnywhere(1000, SEED - 1, proxy.port(), echo.port());
      awaitBase(proxy, Long.MAX_VALUE);
      long descriptors = proxy.process().descriptors();
      long heap = JvmView.liveBytes(proxy.process().pid());

      stopAnywhere(CONNECTIONS, SEED, proxy.port(), echo.port());

      awaitBase(proxy, descriptors);
      // The last timers of connections that are gone run for half a minute.
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
      long after = JvmView.liveBytes(proxy.process().pid());
      while (after > heap + SLACK && System.nanoTime() - end < 0) {
        TimeUnit.SECONDS.sleep(2);
        after = JvmView.liveBytes(proxy.process().pid());
      }
      assertThat(after).as("live heap, %d KiB before", heap >> 10).isLessThan(heap + SLACK);
      say(tunnel(proxy.port(), echo.port()), 7);
      assertThat(proxy.log()).doesNotContain("OutOfMemory", "LEAK");
    }
  }

  private static void awaitBase(ProxyProcess proxy, long descriptors) {
    Wait.until(
        Duration.ofSeconds(30),
        () -> proxy.process().descriptors() <= descriptors,
        () -> "descriptors: %d, before: %d".formatted(proxy.process().descriptors(), descriptors));
  }

  private static void stopAnywhere(int count, long seed, int proxy, int target) throws Exception {
    inParallel(
        count,
        i -> {
          Random random = new Random(seed * 31 + i);
          byte[] talk = talk(target, random);
          int stop = 1 + random.nextInt(talk.length);
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy)) {
            socket.setSoTimeout(5000);
            if (random.nextInt(4) == 0) {
              socket.setSoLinger(true, 0);
            }
            socket.getOutputStream().write(talk, 0, stop);
            if (random.nextBoolean()) {
              int some = socket.getInputStream().available();
              socket.getInputStream().readNBytes(some);
            }
          } catch (IOException e) {
            // Whoever stops anywhere may be stopped himself.
          }
          return null;
        });
  }

  /** All that an application says in a valid conversation, without waiting for answers. */
  private static byte[] talk(int target, Random random) {
    byte[] payload = new byte[random.nextInt(LARGEST)];
    random.nextBytes(payload);
    byte[] head =
        random.nextBoolean()
            ? socks(target)
            : "CONNECT 127.0.0.1:%1$d HTTP/1.1\r\nHost: 127.0.0.1:%1$d\r\n\r\n"
                .formatted(target)
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    byte[] all = java.util.Arrays.copyOf(head, head.length + payload.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }

  private static List<Socket> tunnels(int count, int proxy, int target) throws Exception {
    return inParallel(count, i -> tunnel(proxy, target));
  }

  private interface Work<T> {
    T of(int number) throws Exception;
  }

  private static <T> List<T> inParallel(int count, Work<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<T>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(threads.submit(() -> work.of(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : all) {
        results.add(one.get(120, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Socket tunnel(int proxy, int target) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy);
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(socks(target));
    byte[] replies = socket.getInputStream().readNBytes(12);
    assertThat(replies).hasSize(12);
    assertThat(replies[3]).as("SOCKS reply").isZero();
    return socket;
  }

  private static byte[] socks(int port) {
    return new byte[] {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte) (port >> 8), (byte) port};
  }

  private static void say(Socket socket, int seed) throws IOException {
    byte[] sent = new byte[100];
    new Random(seed).nextBytes(sent);
    socket.getOutputStream().write(sent);
    InputStream in = socket.getInputStream();
    assertThat(in.readNBytes(sent.length)).isEqualTo(sent);
  }
}
