package io.vmessproxy.it;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.Crowd;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.V2rayClient;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * v2ray's client, our server: both forms of header with every security that v2ray's configuration
 * knows. It sends aes-128-cfb only where it was sent by a detour, see {@link DynamicPortIT}.
 */
@Requires(Tool.V2RAY)
class ServeIT {
  private static final int STREAMS = 40;
  private static final int CONCURRENCY = 8;

  @TempDir static Path directory;
  private static Cargo cargo;
  private static TcpTarget echo;
  private static ServeProcess serve;

  @BeforeAll
  static void start() {
    cargo = new Cargo(directory);
    echo = TcpTarget.echo();
    serve = ServeProcess.of(VmessUser.AEAD, VmessUser.LEGACY);
  }

  @AfterAll
  static void stop() {
    cargo.close();
    echo.close();
    if (serve != null) {
      serve.close();
    }
  }

  static Stream<Arguments> cells() {
    return Stream.of(VmessUser.LEGACY, VmessUser.AEAD)
        .flatMap(
            user ->
                Stream.of("auto", "aes-128-gcm", "chacha20-poly1305", "none")
                    .map(security -> Arguments.of(user, security)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void carriesStreamsAndDatagrams(VmessUser user, String security) throws IOException {
    try (V2rayClient client = V2rayClient.start(serve.port(), user, security, 0)) {
      carry(client);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void carriesThemAndFortyMoreStreamsThroughMux(VmessUser user, String security) throws Exception {
    try (V2rayClient client = V2rayClient.start(serve.port(), user, security, CONCURRENCY)) {
      carry(client);
      Crowd.talk(STREAMS, client.port(), echo.port());
    }
  }

  private static void carry(V2rayClient client) throws IOException {
    cargo.download(client.port());
    cargo.upload(client.port());
    cargo.datagrams(client.port());
  }
}
