package io.vmessproxy.it;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.Crowd;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestCa;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.V2rayClient;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every transport, plain and over TLS: ours to ours, and each way that v2ray 4.34 knows. */
class TransportMatrixIT {
  private static final long BYTES = 64 << 20;
  private static final int STREAMS = 40;

  @TempDir static Path directory;
  private static TestCa ca;
  private static Cargo cargo;
  private static TcpTarget echo;

  @BeforeAll
  static void start() {
    ca = TestCa.in(directory);
    cargo = new Cargo(directory);
    echo = TcpTarget.echo();
  }

  @AfterAll
  static void stop() {
    cargo.close();
    echo.close();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Way.class)
  void carriesAllFromOursToOurs(Way way) throws Exception {
    try (ServeProcess serve = serve(way);
        ProxyProcess proxy = proxy(way, serve.address())) {
      carry(proxy.port());
      Crowd.talk(STREAMS, proxy.port(), echo.port());
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Way.class)
  void carriesAllThroughMux(Way way) throws Exception {
    try (ServeProcess serve = serve(way);
        ProxyProcess proxy = proxy(way, serve.address(), "--mux", "8")) {
      carry(proxy.port());
      Crowd.talk(STREAMS, proxy.port(), echo.port());
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Way.class,
      names = {"TCP_TLS", "HTTP_HEADER", "HTTP_HEADER_TLS", "WS", "WS_TLS", "H2_TLS"})
  @Requires(Tool.V2RAY)
  void carriesAllToAV2rayServer(Way way) throws Exception {
    try (LocalBinaryPeer peer = LocalBinaryPeer.start(way, ca);
        ProxyProcess proxy = proxy(way, peer.address())) {
      carry(proxy.port());
      peer.restart();
      Crowd.talk(STREAMS, proxy.port(), echo.port());
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Way.class,
      names = {"TCP_TLS", "HTTP_HEADER", "HTTP_HEADER_TLS", "WS", "WS_TLS", "H2_TLS"})
  @Requires(Tool.V2RAY)
  void carriesAllFromAV2rayClient(Way way) throws Exception {
    try (ServeProcess serve = serve(way);
        V2rayClient client =
            V2rayClient.start(serve.port(), VmessUser.AEAD, "auto", 0, way.v2rayClient(ca))) {
      carry(client.port());
      Crowd.talk(STREAMS, client.port(), echo.port());
    }
  }

  private static void carry(int proxyPort) throws IOException {
    cargo.download(proxyPort, BYTES);
    cargo.upload(proxyPort, BYTES);
    cargo.datagrams(proxyPort);
  }

  private static ServeProcess serve(Way way) {
    List<String> arguments = new ArrayList<>(List.of("--inbound", "127.0.0.1:0"));
    arguments.addAll(List.of("--client", VmessUser.AEAD.asClient()));
    arguments.addAll(way.serveFlags(ca));
    return ServeProcess.start(arguments);
  }

  private static ProxyProcess proxy(Way way, String server, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--server", server));
    arguments.addAll(List.of("--user", VmessUser.AEAD.asUser("auto")));
    arguments.addAll(way.clientFlags(ca));
    arguments.addAll(List.of(more));
    return ProxyProcess.inFrontOf(arguments);
  }
}
