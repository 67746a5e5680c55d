package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.RecordedRequest;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

  /** v2ray takes either form of all, so that the cells above do not tell which one it got. */
  @Test
  void sendsLegacyHeadersForUsersWithAlternativeIds() throws IOException {
    try (TcpTarget echo = TcpTarget.echo()) {
      byte[] legacy = RecordedRequest.of(VmessUser.LEGACY, "none", peer.port(), echo.port());
      byte[] aead = RecordedRequest.of(VmessUser.AEAD, "none", peer.port(), echo.port());

      // 16 of proof, 45 with an IPv4 address, 4 of checksum, up to 15 of padding; and the chunk.
      assertThat(legacy.length).isBetween(65 + 3, 80 + 3);
      // Two tags, a length and a nonce more.
      assertThat(aead.length).isBetween(107 + 3, 122 + 3);
    }
  }
}
