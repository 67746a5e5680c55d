package io.vmessproxy.it.support;

import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;

/** The Java agent in all packaged processes. Nothing of the tests is there but its own classes. */
public final class SpyAgent {
  /** All that it needs. */
  static final List<Class<?>> CLASSES = List.of(SpyAgent.class, ResolverSpy.class, BufferSpy.class);

  private SpyAgent() {}

  /**
   * Begins.
   *
   * @param names where the names go that are looked up; its other files are beside it
   */
  public static void premain(String names, Instrumentation instrumentation) throws Exception {
    Path file = Path.of(names);
    ResolverSpy.begin(file, instrumentation);
    BufferSpy.begin(losses(file), question(file), answer(file));
  }

  /** Stands where the process is to lose a buffer. */
  static Path losses(Path names) {
    return names.resolveSibling(names.getFileName() + ".lose");
  }

  /** Stands where the process is to report the buffers that it has lost. */
  static Path question(Path names) {
    return names.resolveSibling(names.getFileName() + ".look");
  }

  /** Stands where it has. */
  static Path answer(Path names) {
    return names.resolveSibling(names.getFileName() + ".looked");
  }
}
