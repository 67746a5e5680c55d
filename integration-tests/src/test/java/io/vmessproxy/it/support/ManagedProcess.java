package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A process of the tests: its output is kept in files under {@code target/it-logs}, and it ends
 * with {@link #close}, at the latest with the tests' own process.
 */
public final class ManagedProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Set<Process> LIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> LIVE.forEach(Process::destroyForcibly), "kill"));
  }

  private final List<String> command;
  private final Process process;
  private final Path out;
  private final Path err;

  private ManagedProcess(List<String> command, Process process, Path out, Path err) {
    this.command = command;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it.
   *
   * @param name the log files' name
   * @param environment added to the tests' own
   */
  public static ManagedProcess start(
      String name, List<String> command, Map<String, String> environment) {
    try {
      Path logs = Files.createDirectories(Path.of("target", "it-logs"));
      String file = "%03d-%s".formatted(NUMBER.incrementAndGet(), name);
      Path out = logs.resolve(file + ".out");
      Path err = logs.resolve(file + ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      LIVE.add(process);
      return new ManagedProcess(command, process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** How much of it is in memory. */
  public long residentBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
      String line = lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many files and sockets it has open. */
  public long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that it has written to standard output so far. */
  public String out() {
    return read(out);
  }

  /** All that it has written to standard error so far. */
  public String err() {
    return read(err);
  }

  /** Waits until {@code lines} whole lines of standard output begin so, and gives them. */
  public List<String> awaitLines(String beginning, int lines) {
    Wait.until(
        LIMIT,
        () -> !alive() || matching(beginning).size() >= lines,
        () -> "no line \"" + beginning + "\" from " + this);
    if (matching(beginning).size() < lines) {
      throw new AssertionError("ended without \"" + beginning + "\": " + this);
    }
    return matching(beginning);
  }

  private List<String> matching(String beginning) {
    String text = out();
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.contains(beginning))
        .toList();
  }

  /** Asks it to end, as {@code kill} does. */
  public void terminate() {
    process.destroy();
  }

  /** Its exit code, once it has ended. */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still runs after " + limit + ": " + this);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      if (!process.isAlive()) {
        LIVE.remove(process);
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    awaitExit(LIMIT);
  }

  /** The command with its output: what a failed assertion should show. */
  @Override
  public String toString() {
    return String.join(" ", command)
        + (alive() ? " (runs)" : " (exit " + process.exitValue() + ")")
        + "\n--- standard output\n"
        + out()
        + "--- standard error\n"
        + err();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
