package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ContainerPeer;
import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.LocalImage;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.WebContainer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * v2ray in one container, a web server in another, the program on the host: only the server can
 * reach the target, and only Docker's network knows the target's name.
 */
@Requires({Tool.DOCKER, Tool.V2RAY, Tool.NGINX})
class ContainersIT {
  private static final int SIZE = 5_000_000;

  @TempDir static Path directory;
  private static Network network;
  private static WebContainer target;
  private static ContainerPeer peer;
  private static ProxyProcess proxy;

  @BeforeAll
  static void start() {
    network = Network.newNetwork();
    ImageFromDockerfile image = LocalImage.build();
    target = WebContainer.start(image, network, TestBytes.file(directory, SIZE));
    peer = ContainerPeer.start(image, network);
    proxy = ProxyProcess.inFrontOf(peer.options("auto"));
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
    }
    if (peer != null) {
      peer.close();
    }
    if (target != null) {
      target.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(FrontEnd.class)
  void fetchesAPageFromBehindTheServer(FrontEnd frontEnd) throws IOException {
    Curl.Answer answer = get(frontEnd, "/");

    assertThat(answer.text()).as("%s\n%s", answer.error(), peer.log()).isEqualTo(WebContainer.PAGE);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(FrontEnd.class)
  void downloadsByteForByte(FrontEnd frontEnd) throws IOException {
    Curl.Answer answer = get(frontEnd, WebContainer.FILE);

    assertThat(answer.summary())
        .as(answer.error())
        .isEqualTo(TestBytes.summary(TestBytes.file(directory, SIZE)));
  }

  private static Curl.Answer get(FrontEnd frontEnd, String path) throws IOException {
    String host = frontEnd.sendsNames() ? WebContainer.NAME : target.address();
    return new Curl(directory).get(frontEnd, proxy.port(), "http://" + host + path);
  }
}
