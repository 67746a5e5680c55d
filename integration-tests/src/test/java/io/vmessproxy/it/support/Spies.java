package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** What is watched in a packaged process: {@link SpyAgent}, from the side of the tests. */
final class Spies {
  private static final Path FOLDER = Path.of("target", "spies").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path names;

  private Spies(Path names) {
    this.names = names;
  }

  /** Of a process that is about to start. */
  static Spies make() {
    try {
      Path names = Files.createTempFile(Files.createDirectories(FOLDER), "process", ".names");
      Files.delete(names); // The spy makes it, and so shows that it is there.
      return new Spies(names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What brings them into a JVM. */
  String javaOption() {
    return "-javaagent:" + Jar.PATH + "=" + names;
  }

  /** Where the names are that the process has looked up. */
  Path names() {
    return names;
  }

  /** Whether they are in the process. */
  boolean there() {
    return Files.exists(names);
  }

  /** Has the process lose a buffer when it is asked for those that it has lost. */
  void loseABuffer() {
    create(SpyAgent.losses(names));
  }

  /** Has the process report the buffers that it has lost so far. */
  void reportLostBuffers(ManagedProcess process) {
    create(SpyAgent.question(names));
    Wait.until(
        PATIENCE,
        () -> Files.exists(SpyAgent.answer(names)) || !process.alive(),
        () -> "no look at its buffers: " + process);
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The agent's jar, made once. */
  private static final class Jar {
    private static final Path PATH = make();

    private static Path make() {
      Manifest manifest = new Manifest();
      Attributes attributes = manifest.getMainAttributes();
      attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
      attributes.putValue("Premain-Class", SpyAgent.class.getName());
      attributes.putValue("Can-Redefine-Classes", "true");
      Path jar = FOLDER.resolve("spies.jar");
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
        for (Class<?> type : SpyAgent.CLASSES) {
          String entry = type.getName().replace('.', '/') + ".class";
          out.putNextEntry(new JarEntry(entry));
          try (InputStream bytes = type.getClassLoader().getResourceAsStream(entry)) {
            bytes.transferTo(out);
          }
        }
        return jar;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
