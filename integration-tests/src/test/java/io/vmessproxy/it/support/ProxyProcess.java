package io.vmessproxy.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The packaged program, started as users start it: by {@code scripts/vmess-proxy}, on the Java that
 * runs the tests. The system property {@code it.program} names another command, {@code it.java} the
 * home of another Java.
 */
public final class ProxyProcess implements AutoCloseable {
  /** How many event loops it has, where each fills Mux.Cool's connections of its own. */
  public static final int LOOPS = Runtime.getRuntime().availableProcessors();

  /**
   * How many connections a server has got when it gets the first one with a stream: by one the
   * program asks it whether it takes the user.
   */
  public static final int QUESTIONS = 1;

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String READY = "listening ";
  private static final String LEVEL = System.getProperty("it.leak.level", "paranoid");

  private final Launched launched;
  private final List<String> listening;

  private ProxyProcess(Launched launched, List<String> listening) {
    this.launched = launched;
    this.listening = listening;
  }

  /** A process, and what is watched about it. */
  record Launched(ManagedProcess process, Spies spies, LookUps lookUps) implements AutoCloseable {
    /** Ends it, and fails where it has lost a buffer or looked up a name that it should not. */
    @Override
    public void close() {
      if (process.alive() && spies.there()) {
        spies.reportLostBuffers(process);
      }
      process.close();
      assertThat(process.err()).as("buffers that nobody released").doesNotContain("LEAK:");
      lookUps.check();
    }
  }

  /** One listener for everything on a free port, in front of this server. */
  public static ProxyProcess inFrontOf(List<String> server) {
    List<String> arguments = new ArrayList<>(List.of("run", "--listen", "127.0.0.1:0"));
    arguments.addAll(server);
    return start(arguments);
  }

  /** As {@link #inFrontOf}, with so many descriptors. */
  public static ProxyProcess limited(int descriptors, List<String> server) {
    List<String> arguments = new ArrayList<>(List.of("run", "--listen", "127.0.0.1:0"));
    arguments.addAll(server);
    return start(launch(limit(descriptors), arguments), arguments);
  }

  /** As {@link #inFrontOf}, in a terminal of its own, which lasts as long as the process here. */
  public static ProxyProcess inTerminal(List<String> server) {
    List<String> arguments = new ArrayList<>(List.of("run", "--listen", "127.0.0.1:0"));
    arguments.addAll(server);
    List<String> terminal =
        List.of("bash", "-c", "exec script -qec \"$(printf '%q ' \"$@\")\" /dev/null", "bash");
    return start(launch(terminal, arguments), arguments);
  }

  /** What comes before a command line that may have so many descriptors. */
  static List<String> limit(int descriptors) {
    return List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "bash");
  }

  /** Starts it and waits for the line of each {@code --listen} among the arguments. */
  public static ProxyProcess start(List<String> arguments) {
    return start(launch(List.of(), arguments), arguments);
  }

  private static ProxyProcess start(Launched launched, List<String> arguments) {
    try {
      int listeners = Math.max(1, Collections.frequency(arguments, "--listen"));
      return new ProxyProcess(launched, launched.process().awaitLines(READY, listeners));
    } catch (AssertionError e) {
      launched.process().close();
      throw e;
    }
  }

  /** Runs a command line that ends by itself. */
  public static Ended run(String... arguments) {
    try (Launched launched = launch(List.of(), List.of(arguments))) {
      ManagedProcess process = launched.process();
      int exit = process.awaitExit(LIMIT);
      return new Ended(exit, process.out(), process.err());
    }
  }

  /** How a command line ended. */
  public record Ended(int exit, String out, String err) {
    /** The first line on standard error. */
    public String firstError() {
      return err.lines().findFirst().orElse("");
    }
  }

  /** Starts a command line that may never listen. */
  public static ManagedProcess launch(List<String> arguments) {
    return launch(List.of(), arguments).process();
  }

  static Launched launch(List<String> before, List<String> arguments) {
    String program = System.getProperty("it.program", "");
    String java = System.getProperty("it.java", "");
    // Whoever runs the tests under nohup does not mean the programs that they start.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
    command.addAll(before);
    String script = root().resolve("scripts/vmess-proxy").toString();
    command.add(program.isEmpty() ? script : program);
    command.addAll(arguments);
    String home = java.isEmpty() ? System.getProperty("java.home") : java;
    if (program.isEmpty()) {
      Prepared.once(script, home);
    }
    Spies spies = Spies.make();
    Map<String, String> environment =
        program.isEmpty()
            ? Map.of("JAVA_HOME", home, "VMESS_PROXY_JAVA_OPTS", options(spies))
            : Map.of("JAVA_HOME", home); // Whatever that is, it may be no JVM.
    ManagedProcess process = ManagedProcess.start("vmess-proxy", command, environment);
    return new Launched(process, spies, LookUps.of(spies.names(), arguments));
  }

  /** What the first start on a Java takes some seconds for is done before a test waits for it. */
  private static final class Prepared {
    private static boolean done;

    static synchronized void once(String script, String home) {
      if (!done) {
        try (ManagedProcess process =
            ManagedProcess.start(
                "prepare", List.of(script, "--version"), Map.of("JAVA_HOME", home))) {
          assertThat(process.awaitExit(Duration.ofMinutes(2))).as(process::toString).isZero();
        }
        done = true;
      }
    }
  }

  /**
   * All its buffers are watched, as those of the unit tests are. Where a lost one was made is kept,
   * and not where it went: that would cost a stack trace at each step of each buffer.
   */
  private static String options(Spies spies) {
    return "%s -Dio.netty.leakDetection.level=%s -Dio.netty.leakDetection.targetRecords=0"
        .formatted(spies.javaOption(), LEVEL);
  }

  /** Makes its end a failure. */
  public void loseABuffer() {
    launched.spies().loseABuffer();
  }

  /** The names that it has looked up on this machine. */
  public List<String> lookedUp() {
    assertThat(launched.spies().there()).as("the spy is there").isTrue();
    return launched.lookUps().names().toList();
  }

  /** Fails as the end of a process does that has looked a name up. */
  public static void assertLookUps(String name, String... arguments) {
    LookUps lookUps = LookUps.of(Spies.make().names(), List.of(arguments));
    lookUps.note(name);
    lookUps.check();
  }

  /** The top of the source tree. */
  public static Path root() {
    return Path.of(System.getProperty("vmessproxy.root", "..")).toAbsolutePath().normalize();
  }

  /** The port of the first listener. */
  public int port() {
    return port(0);
  }

  /** The port of the listener that was given at this place of the command line. */
  public int port(int index) {
    String line = listening.get(index);
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).trim());
  }

  /** The lines that say where it listens. */
  public List<String> listening() {
    return listening;
  }

  public ManagedProcess process() {
    return launched.process();
  }

  /** What it logged so far. */
  public String log() {
    return launched.process().err();
  }

  /** Asks it to end, and sees that it does so with exit code 0. */
  public void stop() {
    ManagedProcess process = launched.process();
    process.terminate();
    assertThat(process.awaitExit(LIMIT)).as(process::toString).isZero();
  }

  @Override
  public void close() {
    launched.close();
  }
}
