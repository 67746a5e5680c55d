package io.vmessproxy.it;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our client, v2ray's server: both forms of header with every security that v2ray reads. */
@Requires(Tool.V2RAY)
class VmessMatrixIT {
  @TempDir static Path directory;
  private static Cargo cargo;
  private static LocalBinaryPeer peer;

  @BeforeAll
  static void start() {
    cargo = new Cargo(directory);
    peer = LocalBinaryPeer.start(VmessUser.AEAD, VmessUser.LEGACY);
  }

  @BeforeEach
  void forgetWhatWasSeen() {
    peer.restart();
  }

  @AfterAll
  static void stop() {
    cargo.close();
    if (peer != null) {
      peer.close();
    }
  }

  static Stream<Arguments> cells() {
    return Stream.of(VmessUser.LEGACY, VmessUser.AEAD)
        .flatMap(
            user ->
                Stream.of("auto", "aes-128-gcm", "chacha20-poly1305", "none", "aes-128-cfb")
                    .map(security -> Arguments.of(user, security)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void carriesStreamsAndDatagrams(VmessUser user, String security) throws IOException {
    try (ProxyProcess proxy = ProxyProcess.inFrontOf(peer.options(user, security))) {
      cargo.download(proxy.port());
      cargo.upload(proxy.port());
      cargo.datagrams(proxy.port());
    }
  }
}
