package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The v2ray of this machine, as a process on a free port. */
public final class LocalBinaryPeer implements Peer {
  private static final String RULES =
      """
      {"type": "field", "outboundTag": "out", "domain": ["full:%s"]},
      {"type": "field", "outboundTag": "out", "ip": ["127.0.0.0/8", "::1/128"]}
      """;

  private final int port = Ports.free();
  private ManagedProcess process = launch(port);

  private LocalBinaryPeer() {}

  public static LocalBinaryPeer start() {
    return new LocalBinaryPeer();
  }

  private static ManagedProcess launch(int port) {
    try {
      Path config = Files.createTempFile("v2ray", ".json");
      Files.writeString(config, V2rayConfig.vmessInbound("127.0.0.1", port, RULES.formatted(NAME)));
      ManagedProcess process =
          ManagedProcess.start(
              "v2ray",
              List.of(Tool.V2RAY.path().toString(), "-config", config.toString()),
              Map.of("V2RAY_VMESS_AEAD_FORCED", "true"));
      try {
        process.awaitLines(" started", 1);
      } catch (AssertionError e) {
        process.close();
        throw e;
      } finally {
        Files.delete(config);
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts it anew on the same port, with nothing remembered. V2Ray 4.34 takes a new connection for
   * a replayed one by mistake, the sooner the more it has seen: about one of the first two
   * thousand, which then hangs. A test with few connections since the start does not meet that.
   */
  public void restart() {
    process.close();
    process = launch(port);
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

  /** How many connections to targets it has let through. */
  public long accepted() {
    return process.out().lines().filter(line -> line.contains(" accepted ")).count();
  }

  @Override
  public void close() {
    process.close();
  }
}
