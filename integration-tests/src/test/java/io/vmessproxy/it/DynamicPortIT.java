package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.V2rayClient;
import io.vmessproxy.it.support.V2rayDetour;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that suggests another port and user, and a client that goes there: both ways between us
 * and v2ray. The user has alternative ids or has none, so these are both forms of header; from
 * v2ray's client they come with aes-128-cfb, which it uses nowhere else.
 */
@Requires(Tool.V2RAY)
class DynamicPortIT {
  private static final int ROUNDS = 3;

  @TempDir Path directory;

  @ParameterizedTest(name = "alterId {0}")
  @ValueSource(ints = {0, 16})
  void goesWhereV2raySendsIt(int alterId) throws IOException {
    V2rayDetour detour = V2rayDetour.withAlterId(alterId);
    try (Cargo cargo = new Cargo(directory);
        LocalBinaryPeer peer = LocalBinaryPeer.start(detour, VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(peer.options(VmessUser.AEAD, "auto"))) {
      carry(cargo, proxy.port());

      assertThat(peer.acceptedByDetour()).as(peer.log()).isPositive();
      assertThat(peer.acceptedByDetour()).as("all else").isLessThan(peer.accepted());
    }
  }

  @ParameterizedTest(name = "alterId {0}")
  @ValueSource(ints = {0, 16})
  void sendsV2rayToADynamicPort(int alterId) throws IOException {
    V2rayDetour detour = V2rayDetour.withAlterId(alterId);
    try (Cargo cargo = new Cargo(directory);
        ServeProcess serve = serve(detour);
        V2rayClient client = V2rayClient.start(serve.port(), VmessUser.AEAD, "auto", 0)) {
      carry(cargo, client.port());

      assertThat(client.serverPorts()).as(client.log()).contains(serve.port());
      assertThat(client.serverPorts()).as(client.log()).anyMatch(detour::has);
    }
  }

  @ParameterizedTest(name = "alterId {0}")
  @ValueSource(ints = {0, 16})
  void goesWhereItsOwnServerSendsIt(int alterId) throws IOException {
    V2rayDetour detour = V2rayDetour.withAlterId(alterId);
    List<String> arguments = new ArrayList<>(List.of("-v"));
    try (Cargo cargo = new Cargo(directory);
        ServeProcess serve = serve(detour)) {
      arguments.addAll(serve.options(VmessUser.AEAD, "auto"));
      try (ProxyProcess proxy = ProxyProcess.inFrontOf(arguments)) {
        carry(cargo, proxy.port());

        assertThat(proxy.log()).containsPattern("server \\S+: suggests port \\d+ for \\d+ min");
        assertThat(taken(proxy.log())).isNotEmpty().allMatch(detour::has);
      }
    }
  }

  /** The suggested ports at which the server has answered. */
  private static List<Integer> taken(String log) {
    return Pattern.compile("server \\S+ port (\\d+) takes user")
        .matcher(log)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }

  private static ServeProcess serve(V2rayDetour detour) {
    return ServeProcess.start(
        List.of(
            "--inbound",
            "main=127.0.0.1:0",
            "--client",
            VmessUser.AEAD.asClient(),
            "--detour",
            "dynamic",
            "--inbound",
            "dynamic=127.0.0.1:%d-%d".formatted(detour.firstPort(), detour.lastPort()),
            "--default",
            "level=0,alterId=" + detour.alterId(),
            "--allocate",
            "refresh=5,concurrency=3"));
  }

  private static void carry(Cargo cargo, int proxyPort) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      cargo.download(proxyPort);
      cargo.upload(proxyPort);
      cargo.datagrams(proxyPort);
    }
  }
}
