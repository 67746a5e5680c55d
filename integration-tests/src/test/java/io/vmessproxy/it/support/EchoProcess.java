package io.vmessproxy.it.support;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@link EchoMain} as a process. */
public final class EchoProcess implements AutoCloseable {
  private static final String READY = "listening ";

  private final ManagedProcess process;
  private final int port;

  private EchoProcess(ManagedProcess process) {
    this.process = process;
    this.port =
        Integer.parseInt(process.awaitLines(READY, 1).get(0).substring(READY.length()).trim());
  }

  public static EchoProcess start() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return new EchoProcess(
        ManagedProcess.start(
            "echo", List.of(java, "-Xmx64m", "-cp", classes, EchoMain.class.getName()), Map.of()));
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
