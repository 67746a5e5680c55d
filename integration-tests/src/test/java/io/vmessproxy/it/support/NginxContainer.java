package io.vmessproxy.it.support;

import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/**
 * nginx as people put it before their VMess servers: one TLS port with a web site, where one path
 * leads to a {@link ContainerPeer}'s WebSocket, and one gRPC service to a server on the host.
 */
public final class NginxContainer implements AutoCloseable {
  private static final int PORT = 443;

  private final GenericContainer<?> container;

  private NginxContainer(GenericContainer<?> container) {
    this.container = container;
  }

  /**
   * Starts it on a network.
   *
   * @param image what {@link LocalImage} makes
   * @param grpc {@code HOST:PORT} of the gRPC server
   */
  public static NginxContainer start(
      ImageFromDockerfile image, Network network, TestCa ca, String grpc) {
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetwork(network)
            .withCommand(Tool.NGINX.path().toString(), "-c", "/nginx.conf")
            .withCopyToContainer(Transferable.of(config(grpc), 0100644), "/nginx.conf")
            .withCopyFileToContainer(
                MountableFile.forHostPath(ca.certificateFile(), 0644), "/server.pem")
            .withCopyFileToContainer(MountableFile.forHostPath(ca.keyFile(), 0644), "/server.key")
            .withExposedPorts(PORT)
            .waitingFor(Wait.forLogMessage(".*start worker process.*", 1))
            .withStartupTimeout(Duration.ofSeconds(60));
    container.start();
    return new NginxContainer(container);
  }

  private static String config(String grpc) {
    return """
        daemon off;
        user root;
        pid /tmp/nginx.pid;
        error_log /dev/stderr notice;
        events {}
        http {
          access_log off;
          server {
            listen 443 ssl http2;
            ssl_certificate /server.pem;
            ssl_certificate_key /server.key;
            location / { return 200 "a web site\n"; }
            location %s {
              proxy_pass http://%s:%d;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "upgrade";
              proxy_set_header Host $host;
              proxy_read_timeout 300s;
            }
            location /%s/ {
              client_max_body_size 0;
              grpc_read_timeout 300s;
              grpc_send_timeout 300s;
              grpc_pass grpc://%s;
            }
          }
        }
        """
        .formatted(Way.PATH, ContainerPeer.ALIAS, ContainerPeer.PORT, Way.SERVICE, grpc);
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
