package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ProxyProcess.Ended;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.V2rayClient;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server as a link: made by {@code link}, used by {@code run} and by v2ray. */
class LinkIT {
  @TempDir static Path directory;
  private static Cargo cargo;
  private static ServeProcess serve;

  @BeforeAll
  static void start() {
    cargo = new Cargo(directory);
    serve = ServeProcess.of(VmessUser.AEAD);
  }

  @AfterAll
  static void stop() {
    cargo.close();
    if (serve != null) {
      serve.close();
    }
  }

  /** What the server's command line says, in another form. */
  private static String exported(String form) {
    List<String> arguments = new ArrayList<>(List.of("link", "--to", form));
    arguments.addAll(serve.options(VmessUser.AEAD, "auto"));
    Ended ended = ProxyProcess.run(arguments.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    return ended.out().strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "uri"})
  void carriesStreamsAndDatagrams(String form) throws IOException {
    String link = exported(form);

    try (ProxyProcess proxy = ProxyProcess.inFrontOf(List.of(link))) {
      cargo.download(proxy.port());
      cargo.upload(proxy.port());
      cargo.datagrams(proxy.port());

      assertThat(proxy.log()).doesNotContain(Peer.USER).doesNotContain(link);
    }
  }

  @Requires(Tool.V2RAY)
  @Test
  void v2rayTakesTheOutbounds() throws IOException {
    try (V2rayClient client = V2rayClient.start(exported("vnext"))) {
      cargo.download(client.port());
      cargo.upload(client.port());
    }
  }

  @Test
  void aBadLinkIsRefusedInOneLineWithoutItsId() {
    Ended ended =
        ProxyProcess.run("--listen", "127.0.0.1:0", "vmess://" + Peer.USER + "@a.example:443x");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.firstError())
        .isEqualTo("\"vmess://…\": character 56: \"443x\" is no port (expected: 1..65535)");
    assertThat(ended.err()).doesNotContain(Peer.USER).doesNotContain("Exception");
  }
}
