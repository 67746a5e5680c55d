package io.vmessproxy.common.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How many files and sockets this process may have open, and has. Known on Linux alone. */
public final class Descriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path OPEN = Path.of("/proc/self/fd");
  private static final String LINE = "Max open files";

  /** What systems of which nothing is known have at least, as a rule. */
  private static final int USUAL = 10_240;

  private Descriptors() {}

  /**
   * How many connections there may be at once, 1 or more.
   *
   * @param most however many descriptors there may be
   * @param each how many descriptors a connection takes
   * @param reserve descriptors for all else
   */
  public static int connections(int most, int each, int reserve) {
    int left = limit() - open() - reserve;
    return Math.max(1, Math.min(most, left / each));
  }

  static int limit() {
    try {
      return limit(Files.readAllLines(LIMITS));
    } catch (IOException e) {
      return USUAL; // Another system.
    }
  }

  /** Reads {@code Max open files 1024 524288 files}: the first number, or {@code unlimited}. */
  static int limit(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(LINE)) {
        String soft = line.substring(LINE.length()).strip().split("\\s+", 2)[0];
        boolean number = !soft.isEmpty() && soft.chars().allMatch(Character::isDigit);
        return number && soft.length() < 10 ? Integer.parseInt(soft) : Integer.MAX_VALUE;
      }
    }
    return USUAL;
  }

  static int open() {
    try (Stream<Path> open = Files.list(OPEN)) {
      return (int) open.count();
    } catch (IOException e) {
      return 0;
    }
  }
}
