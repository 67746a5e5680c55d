package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.ContainerPeer;
import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.LocalImage;
import io.vmessproxy.it.support.NginxContainer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.TestCa;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Way;
import io.vmessproxy.it.support.WebContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** Servers in containers as people have them: v2ray behind each transport, and behind nginx. */
@Requires({Tool.DOCKER, Tool.V2RAY, Tool.NGINX})
class DeployedServersIT {
  private static final long SIZE = 64 << 20;

  @TempDir static Path directory;
  private static TestCa ca;
  private static Network network;
  private static ImageFromDockerfile image;
  private static WebContainer target;

  @BeforeAll
  static void start() {
    ca = TestCa.in(directory);
    network = Network.newNetwork();
    image = LocalImage.build();
    target = WebContainer.start(image, network, TestBytes.file(directory, SIZE));
  }

  @AfterAll
  static void stop() {
    if (target != null) {
      target.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Way.class,
      names = {"TCP", "HTTP_HEADER", "WS", "WS_TLS", "H2_TLS"})
  void reachesAV2rayBehind(Way way) throws IOException {
    try (ContainerPeer peer = ContainerPeer.start(image, network, way, ca);
        ProxyProcess proxy = proxy(peer.address(), way.clientFlags(ca))) {
      assertFetches(proxy);
    }
  }

  @Test
  void reachesAV2rayBehindAPathOfNginx() throws IOException {
    try (ContainerPeer peer = ContainerPeer.start(image, network, Way.WS, ca);
        NginxContainer nginx = NginxContainer.start(image, network, ca, "127.0.0.1:1");
        ProxyProcess proxy = proxy(nginx.address(), Way.WS_TLS.clientFlags(ca))) {
      assertFetches(proxy);
      assertThat(peer.log()).contains("accepted");
    }
  }

  @Test
  void reachesOurServerBehindAServiceOfNginx() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--inbound", target.gateway() + ":0"));
    arguments.addAll(List.of("--client", VmessUser.AEAD.asClient(), "--allow", "private"));
    arguments.addAll(Way.GRPC.serveFlags(ca));
    try (Cargo cargo = new Cargo(directory);
        ServeProcess serve = ServeProcess.start(arguments);
        // nginx looks its name up as it starts.
        ContainerPeer peer = ContainerPeer.start(image, network);
        NginxContainer nginx = NginxContainer.start(image, network, ca, serve.address());
        ProxyProcess proxy = proxy(nginx.address(), Way.GRPC_TLS.clientFlags(ca))) {
      cargo.download(proxy.port(), SIZE);
      cargo.upload(proxy.port(), SIZE);
      cargo.datagrams(proxy.port());
      assertThat(peer.log()).doesNotContain("accepted");
    }
  }

  private static void assertFetches(ProxyProcess proxy) throws IOException {
    String url = "http://" + WebContainer.NAME + WebContainer.FILE;
    Curl.Answer answer = new Curl(directory).get(FrontEnd.SOCKS5H, proxy.port(), url);

    assertThat(answer.summary())
        .as("%s\n%s", answer.error(), proxy.log())
        .isEqualTo(TestBytes.summary(TestBytes.file(directory, SIZE)));
  }

  private static ProxyProcess proxy(String server, List<String> flags) {
    List<String> arguments = new ArrayList<>(List.of("--server", server));
    arguments.addAll(List.of("--user", VmessUser.AEAD.asUser("auto")));
    arguments.addAll(flags);
    return ProxyProcess.inFrontOf(arguments);
  }
}
