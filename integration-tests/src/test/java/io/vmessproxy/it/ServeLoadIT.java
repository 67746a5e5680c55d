package io.vmessproxy.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.EchoForMany;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.VmessLoadClient;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many short connections of a thousand users. The system properties {@code it.load.rate} and
 * {@code it.load.seconds} make it longer: 1000 a second for 60 seconds is what a server should
 * stand. What it came to is in {@code target/serve-load.txt}.
 */
class ServeLoadIT {
  private static final int RATE = Integer.getInteger("it.load.rate", 300);
  private static final int SECONDS = Integer.getInteger("it.load.seconds", 10);
  private static final int USERS = 1000;
  private static final int THREADS = 64;
  private static final int SOURCES = 50;
  private static final long MIB = 1 << 20;

  /** A heap that is not collected yet looks like this. What leaks is more, after a minute. */
  private static final long SLACK = 64 * MIB;

  @TempDir Path directory;
  private final List<String> ids =
      Stream.generate(() -> "" + UUID.randomUUID()).limit(USERS).toList();
  private final List<VmessLoadClient> users = ids.stream().map(VmessLoadClient::new).toList();
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicLong earlyBytes = new AtomicLong();

  @Test
  void servesAThousandUsersWithoutAnErrorInTheSameMemory() throws Exception {
    Path settings = directory.resolve("settings.json");
    Files.writeString(settings, settings());
    try (EchoForMany echo = EchoForMany.start();
        ServeProcess serve =
            ServeProcess.start(
                List.of("--inbound", "127.0.0.1:0", "--settings", settings.toString()))) {
      ask(serve, echo, 0);
      long descriptors = serve.process().descriptors();
      long begin = System.nanoTime();

      run(serve, echo);

      long lateBytes = serve.process().residentBytes();
      double took = (System.nanoTime() - begin) / 1e9;
      String summary = summary(took, lateBytes);
      Files.writeString(Path.of("target", "serve-load.txt"), summary);
      assertThat(failures).as(summary).isEmpty();
      assertThat(answered.get()).isEqualTo(RATE * SECONDS + 1);
      assertThat(took).as("seconds").isLessThan(SECONDS + 5.0);
      assertThat(lateBytes).as(summary).isLessThan(earlyBytes.get() + SLACK);
      assertThat(serve.log()).doesNotContain("Exception", "ERROR");
      Wait.until(
          Duration.ofSeconds(15),
          () -> serve.process().descriptors() <= descriptors,
          () ->
              "descriptors: %d, before: %d".formatted(serve.process().descriptors(), descriptors));
    }
  }

  private void run(ServeProcess serve, EchoForMany echo) throws InterruptedException {
    ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS);
    try {
      for (int i = 1; i <= RATE * SECONDS; i++) {
        int number = i;
        threads.schedule(
            () -> ask(serve, echo, number), number * 1_000_000_000L / RATE, TimeUnit.NANOSECONDS);
      }
      threads.schedule(
          () -> earlyBytes.set(serve.process().residentBytes()),
          SECONDS * 1000L / 3,
          TimeUnit.MILLISECONDS);
      threads.shutdown();
      threads.awaitTermination(2L * SECONDS + 30, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
  }

  private void ask(ServeProcess serve, EchoForMany echo, int number) {
    try {
      byte[] question = ("question " + number).repeat(1 + number % 20).getBytes(US_ASCII);
      users
          .get(number % USERS)
          .ask(
              EchoForMany.loopback(2 + number % SOURCES),
              serve.port(),
              echo.address(number),
              question);
      answered.incrementAndGet();
    } catch (IOException | RuntimeException e) {
      failures.add(e);
    }
  }

  private String settings() {
    return ids.stream()
        .map(id -> "{\"id\": \"" + id + "\", \"email\": \"" + id.substring(0, 8) + "@test\"}")
        .collect(Collectors.joining(",\n", "{\"clients\": [\n", "]}\n"));
  }

  private String summary(double took, long lateBytes) {
    return "%d connections of %d users in %.1f s (%.0f a second), %d failed%n"
            .formatted(answered.get(), USERS, took, answered.get() / took, failures.size())
        + "resident after a third: %d KiB, at the end: %d KiB%n"
            .formatted(earlyBytes.get() / 1024, lateBytes / 1024);
  }
}
