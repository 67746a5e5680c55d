package io.vmessproxy.it.support;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The v2ray of this machine, as a server on a free port. */
public final class LocalBinaryPeer implements Peer {
  private static final String RULES =
      """
      {"type": "field", "outboundTag": "%s", "inboundTag": ["%s"], "ip": ["127.0.0.0/8"]},
      {"type": "field", "outboundTag": "out", "domain": ["full:%s"]},
      {"type": "field", "outboundTag": "out", "ip": ["127.0.0.0/8", "::1/128"]}
      """
          .formatted(V2rayDetour.WAY_OUT, V2rayDetour.TAG, NAME);

  private final int port = Ports.free();
  private final String config;
  private final boolean legacy;
  private ManagedProcess process;

  private LocalBinaryPeer(List<VmessUser> users, @Nullable V2rayDetour detour, String stream) {
    config = V2rayConfig.server("127.0.0.1", port, users, detour, stream, RULES);
    legacy =
        users.stream().anyMatch(user -> user.alterId() > 0)
            || (detour != null && detour.alterId() > 0);
    process = launch();
  }

  /** With the user that all peers know, and AEAD headers only. */
  public static LocalBinaryPeer start() {
    return start(VmessUser.AEAD);
  }

  /** With these users; it takes legacy headers if one of them has alternative ids. */
  public static LocalBinaryPeer start(VmessUser... users) {
    return new LocalBinaryPeer(List.of(users), null, V2rayConfig.PLAIN);
  }

  /** With the user that all peers know, behind a transport. */
  public static LocalBinaryPeer start(Way way, TestCa ca) {
    return new LocalBinaryPeer(List.of(VmessUser.AEAD), null, way.v2rayServer(ca));
  }

  /** With a second inbound, to which it sends these users. */
  public static LocalBinaryPeer start(V2rayDetour detour, VmessUser... users) {
    return new LocalBinaryPeer(List.of(users), detour, V2rayConfig.PLAIN);
  }

  private ManagedProcess launch() {
    return V2rayProcess.start("v2ray", config, legacy);
  }

  /**
   * Starts it anew on the same port, with nothing remembered. V2Ray 4.34 takes a new connection for
   * a replayed one by mistake, the sooner the more it has seen: about one of the first two
   * thousand, which then hangs. A test with few connections since the start does not meet that.
   */
  public void restart() {
    process.close();
    process = launch();
  }

  public int port() {
    return port;
  }

  /** Where it listens. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public List<String> options(String security) {
    return options(USER, security);
  }

  /** The options for a user it may not know. */
  public List<String> options(String user, String security) {
    return List.of("--server", address(), "--user", user + ",security=" + security);
  }

  /** The options for one of its users. */
  public List<String> options(VmessUser user, String security) {
    return List.of("--server", address(), "--user", user.asUser(security));
  }

  /** How many connections to targets it has let through. */
  public long accepted() {
    return process.out().lines().filter(line -> line.contains(" accepted ")).count();
  }

  /** How many of them came by the inbound that it suggests. */
  public long acceptedByDetour() {
    return process
        .out()
        .lines()
        .filter(line -> line.contains(" accepted ") && line.contains("[" + V2rayDetour.WAY_OUT))
        .count();
  }

  /** What it has logged. */
  public String log() {
    return process.out();
  }

  @Override
  public void close() {
    process.close();
  }
}
