package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our client, our server: one side ends its direction, and only then the other sends all it has.
 * v2ray does not pass that on, and bodies without chunks (zero) have no word for it.
 */
class HalfCloseIT {
  private static final long MIB = 1024 * 1024;

  private static final Map<String, ProxyProcess> PROXIES = new HashMap<>();
  private static ServeProcess serve;

  @BeforeAll
  static void start() {
    serve = ServeProcess.of(VmessUser.AEAD, VmessUser.LEGACY);
  }

  @AfterAll
  static void stop() {
    PROXIES.values().forEach(ProxyProcess::close);
    if (serve != null) {
      serve.close();
    }
  }

  static Stream<Arguments> cells() {
    Stream<Arguments> small =
        Stream.of("auto", "chacha20-poly1305", "none", "aes-128-cfb", "aes-128-gcm,authLength=true")
            .flatMap(
                security ->
                    LongStream.of(0, 1, 16 * 1024, MIB)
                        .mapToObj(size -> Arguments.of(security, size)));
    Stream<Arguments> large =
        Stream.of("auto", "none").map(security -> Arguments.of(security, 64 * MIB));
    return Stream.concat(small, large);
  }

  @ParameterizedTest(name = "{0} {1} bytes")
  @MethodSource("cells")
  void theApplicationEndsFirst(String security, long size) throws Exception {
    CompletableFuture<String> received = new CompletableFuture<>();
    TcpTarget.Service answersAfterTheEnd =
        socket -> {
          received.complete(TestBytes.summary(socket.getInputStream()));
          TestBytes.write(socket.getOutputStream(), size, size);
        };
    try (TcpTarget target = TcpTarget.start(answersAfterTheEnd);
        Tunnel tunnel = open(security, target)) {
      Socket socket = tunnel.socket();
      TestBytes.write(socket.getOutputStream(), size, size);
      socket.shutdownOutput();

      assertThat(TestBytes.summary(socket.getInputStream())).isEqualTo(TestBytes.summary(size));
      assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(TestBytes.summary(size));
    }
  }

  @ParameterizedTest(name = "{0} {1} bytes")
  @MethodSource("cells")
  void theTargetEndsFirst(String security, long size) throws Exception {
    CompletableFuture<String> received = new CompletableFuture<>();
    TcpTarget.Service listensAfterItsEnd =
        socket -> {
          TestBytes.write(socket.getOutputStream(), size, size);
          socket.shutdownOutput();
          received.complete(TestBytes.summary(socket.getInputStream()));
        };
    try (TcpTarget target = TcpTarget.start(listensAfterItsEnd);
        Tunnel tunnel = open(security, target)) {
      Socket socket = tunnel.socket();
      assertThat(TestBytes.summary(socket.getInputStream())).isEqualTo(TestBytes.summary(size));

      TestBytes.write(socket.getOutputStream(), size, size);
      socket.shutdownOutput();

      assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(TestBytes.summary(size));
    }
  }

  private static Tunnel open(String security, TcpTarget target) throws IOException {
    ProxyProcess proxy =
        PROXIES.computeIfAbsent(
            security, each -> ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, each)));
    return SocksClient.socks5(proxy.port(), "127.0.0.1", target.port());
  }
}
