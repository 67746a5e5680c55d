package io.vmessproxy.it.support;

import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** v2ray in a container. What it can reach, and by which names, is what its Docker network says. */
public final class ContainerPeer implements Peer {
  static final int PORT = 10086;
  private static final String EVERYTHING =
      """
      {"type": "field", "outboundTag": "out", "network": "tcp,udp"}
      """;

  /** What its network calls it. */
  static final String ALIAS = "v2ray";

  private final GenericContainer<?> container;

  private ContainerPeer(GenericContainer<?> container) {
    this.container = container;
  }

  /**
   * Starts it on a network.
   *
   * @param image what {@link LocalImage} makes; the system property {@code it.v2ray.image} names
   *     another
   */
  public static ContainerPeer start(ImageFromDockerfile image, Network network) {
    return start(image, network, V2rayConfig.PLAIN);
  }

  /** As above, behind a transport. */
  public static ContainerPeer start(
      ImageFromDockerfile image, Network network, Way way, TestCa ca) {
    return start(image, network, way.v2rayServer(ca));
  }

  private static ContainerPeer start(ImageFromDockerfile image, Network network, String stream) {
    String other = System.getProperty("it.v2ray.image", "");
    GenericContainer<?> container =
        other.isEmpty()
            ? new GenericContainer<>(image)
                .withCommand(Tool.V2RAY.path().toString(), "-config", "/config.json")
            : new GenericContainer<>(DockerImageName.parse(other))
                .withCopyToContainer(config(stream), "/etc/v2ray/config.json");
    container
        .withNetwork(network)
        .withNetworkAliases(ALIAS)
        .withEnv("V2RAY_VMESS_AEAD_FORCED", "true")
        .withCopyToContainer(config(stream), "/config.json")
        .withExposedPorts(PORT)
        .waitingFor(Wait.forLogMessage(".*V2Ray .* started.*", 1))
        .withStartupTimeout(Duration.ofSeconds(60));
    container.start();
    return new ContainerPeer(container);
  }

  private static Transferable config(String stream) {
    return Transferable.of(
        V2rayConfig.server("0.0.0.0", PORT, List.of(VmessUser.AEAD), null, stream, EVERYTHING),
        0100644);
  }

  @Override
  public List<String> options(String security) {
    return List.of("--server", address(), "--user", USER + ",security=" + security);
  }

  /** Where this machine reaches it. */
  public String address() {
    return container.getHost() + ":" + container.getMappedPort(PORT);
  }

  /** What it has logged. */
  public String log() {
    return container.getLogs(OutputFrame.OutputType.STDOUT, OutputFrame.OutputType.STDERR);
  }

  @Override
  public void close() {
    container.stop();
  }
}
