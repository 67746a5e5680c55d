package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The names that one process of the program looks up. The local proxy looks up those of servers,
 * which stand on its command line, and none that an application asks for.
 */
final class LookUps {
  private static final String LOCALHOST = "localhost";

  private final Path file;
  private final List<String> arguments;

  private LookUps(Path file, List<String> arguments) {
    this.file = file;
    this.arguments = arguments;
  }

  /** Of a process with these arguments, which its spy writes down here. */
  static LookUps of(Path file, List<String> arguments) {
    return new LookUps(file, arguments);
  }

  /** Fails where there is one that should not be. */
  void check() {
    if (mayLookUpAny()) {
      return;
    }
    List<String> others = names().filter(name -> !isExpected(name)).distinct().toList();
    if (!others.isEmpty()) {
      throw new AssertionError(
          "looked up on this machine: %s (expected: names of servers only), by %s"
              .formatted(others, arguments));
    }
  }

  /** A server, or a demo, which has one inside, reaches its clients' targets by itself. */
  private boolean mayLookUpAny() {
    return arguments.contains("serve") || arguments.contains("--demo");
  }

  /** All so far; none of a process that has not got so far as to start its program. */
  Stream<String> names() {
    try {
      return Files.exists(file) ? Files.readAllLines(file).stream() : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As if the process had looked this one up. */
  void note(String name) {
    try {
      Files.writeString(file, name + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isExpected(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals(LOCALHOST)
        || arguments.stream().anyMatch(argument -> mentions(argument, lower));
  }

  /** By itself, or in a file that it names. */
  private static boolean mentions(String argument, String name) {
    if (argument.toLowerCase(Locale.ROOT).contains(name)) {
      return true;
    }
    String path = argument.startsWith("@") ? argument.substring(1) : argument;
    try {
      return path.startsWith("/")
          && Files.isRegularFile(Path.of(path))
          && Files.readString(Path.of(path)).toLowerCase(Locale.ROOT).contains(name);
    } catch (IOException | RuntimeException e) {
      return false; // Not a text of ours.
    }
  }
}
