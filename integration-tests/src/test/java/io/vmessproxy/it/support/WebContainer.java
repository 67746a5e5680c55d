package io.vmessproxy.it.support;

import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/** nginx in a container, with a page and a file; not published to the host. */
public final class WebContainer implements AutoCloseable {
  /** What its network calls it. */
  public static final String NAME = "target";

  /** The whole of {@code /}. */
  public static final String PAGE = "a page that only the server can reach\n";

  /** The path of the file. */
  public static final String FILE = "/file";

  private static final String CONFIG =
      """
      daemon off;
      user root;
      pid /tmp/nginx.pid;
      error_log /dev/stderr notice;
      events {}
      http {
        access_log off;
        server { listen 80; root /www; }
      }
      """;

  private final GenericContainer<?> container;

  private WebContainer(GenericContainer<?> container) {
    this.container = container;
  }

  /**
   * Starts it on a network.
   *
   * @param image what {@link LocalImage} makes
   * @param file what it serves as {@link #FILE}
   */
  public static WebContainer start(ImageFromDockerfile image, Network network, Path file) {
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetwork(network)
            .withNetworkAliases(NAME)
            .withCommand(Tool.NGINX.path().toString(), "-c", "/nginx.conf")
            .withCopyToContainer(Transferable.of(CONFIG, 0100644), "/nginx.conf")
            .withCopyToContainer(Transferable.of(PAGE, 0100644), "/www/index.html")
            .withCopyFileToContainer(MountableFile.forHostPath(file, 0644), "/www" + FILE)
            .waitingFor(Wait.forLogMessage(".*start worker process.*", 1))
            .withStartupTimeout(Duration.ofSeconds(60));
    container.start();
    return new WebContainer(container);
  }

  /** Its address on its network, for applications that cannot leave names to the server. */
  public String address() {
    return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .findFirst()
        .orElseThrow()
        .getIpAddress();
  }

  /** This machine's address on its network. */
  public String gateway() {
    return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .findFirst()
        .orElseThrow()
        .getGateway();
  }

  @Override
  public void close() {
    container.stop();
  }
}
