package io.vmessproxy.it.support;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packaged program as a server: {@code scripts/vmess-proxy serve}. */
public final class ServeProcess implements AutoCloseable {
  private static final String READY = "listening vmess ";

  private final ProxyProcess.Launched launched;
  private final List<String> listening;

  private ServeProcess(ProxyProcess.Launched launched, List<String> listening) {
    this.launched = launched;
    this.listening = listening;
  }

  /** One inbound for these users on a free port of the loopback. */
  public static ServeProcess of(VmessUser... users) {
    List<String> arguments = new ArrayList<>(List.of("--inbound", "127.0.0.1:0"));
    Stream.of(users).forEach(user -> arguments.addAll(List.of("--client", user.asClient())));
    return start(arguments);
  }

  /** Starts it with arguments that name one inbound with a port of its own, and dynamic ones. */
  public static ServeProcess start(List<String> arguments) {
    return start(List.of(), arguments);
  }

  /** As {@link #start(List)}, with so many descriptors. */
  public static ServeProcess limited(int descriptors, List<String> arguments) {
    return start(ProxyProcess.limit(descriptors), arguments);
  }

  private static ServeProcess start(List<String> before, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(arguments);
    ProxyProcess.Launched launched = ProxyProcess.launch(before, all);
    try {
      return new ServeProcess(launched, launched.process().awaitLines(READY, 1));
    } catch (AssertionError e) {
      launched.process().close();
      throw e;
    }
  }

  /** The port of its inbound. */
  public int port() {
    String address = address();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Where its inbound listens. */
  public String address() {
    return listening.get(0).substring(READY.length()).trim();
  }

  /**
   * The options of a client of this server.
   *
   * @param security with more of what {@code --user} takes, if need be: {@code auto,level=1}
   */
  public List<String> options(VmessUser user, String security) {
    return List.of("--server", address(), "--user", user.asUser(security));
  }

  /** The names that it has looked up on this machine. */
  public List<String> lookedUp() {
    return launched.lookUps().names().toList();
  }

  /** What it logged so far. */
  public String log() {
    return launched.process().err();
  }

  public ManagedProcess process() {
    return launched.process();
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    launched.process().close();
  }

  @Override
  public void close() {
    launched.close();
  }
}
