package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every front end with every security against v2ray, both ways, byte for byte. */
@Requires(Tool.V2RAY)
class TcpThroughVmessIT {
  private static final List<String> SECURITIES =
      List.of("auto", "aes-128-gcm", "chacha20-poly1305", "none");
  private static final long MIB = 1024 * 1024;
  private static final List<Long> DOWNLOADS = List.of(0L, 1L, 16 * 1024L, MIB, 5_000_000L);
  private static final List<Long> UPLOADS = List.of(0L, 1L, 16 * 1024L, MIB, 3_000_000L);
  private static final long LARGE = 64 * MIB;

  @TempDir static Path directory;
  private static final Map<String, ProxyProcess> PROXIES = new HashMap<>();
  private static LocalBinaryPeer peer;
  private static HttpTarget target;
  private static Curl curl;

  @BeforeAll
  static void start() {
    target = HttpTarget.start();
    curl = new Curl(directory);
    peer = LocalBinaryPeer.start();
    for (String security : SECURITIES) {
      PROXIES.put(security, ProxyProcess.inFrontOf(peer.options(security)));
    }
  }

  @BeforeEach
  void forgetWhatWasSeen() {
    peer.restart();
  }

  @AfterAll
  static void stop() {
    PROXIES.values().forEach(ProxyProcess::close);
    if (peer != null) {
      peer.close();
    }
    target.close();
  }

  static Stream<Arguments> cells() {
    return cells(FrontEnd.values());
  }

  static Stream<Arguments> largeCells() {
    return cells(FrontEnd.SOCKS5H, FrontEnd.HTTP);
  }

  private static Stream<Arguments> cells(FrontEnd... frontEnds) {
    return Arrays.stream(frontEnds)
        .flatMap(frontEnd -> SECURITIES.stream().map(security -> Arguments.of(frontEnd, security)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void carriesDownloadsByteForByte(FrontEnd frontEnd, String security) throws IOException {
    for (long size : DOWNLOADS) {
      assertDownload(frontEnd, security, size);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void carriesUploadsByteForByte(FrontEnd frontEnd, String security) throws IOException {
    for (long size : UPLOADS) {
      assertUpload(frontEnd, security, size);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("largeCells")
  void carriesSixtyFourMebibytesBothWays(FrontEnd frontEnd, String security) throws IOException {
    assertDownload(frontEnd, security, LARGE);
    assertUpload(frontEnd, security, LARGE);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(FrontEnd.class)
  void carriesABodyWithoutALength(FrontEnd frontEnd) throws IOException {
    Curl.Answer answer =
        curl.get(frontEnd, port("auto"), url(frontEnd, "/bytes?chunked=1&n=100000"));

    assertThat(answer.status()).as(answer.error()).isEqualTo(200);
    assertThat(answer.summary()).isEqualTo(summaryOf(100_000));
  }

  /** The name stands in v2ray's configuration alone. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = FrontEnd.class,
      names = {"SOCKS5H", "SOCKS4A", "CONNECT", "HTTP"})
  void leavesNamesToTheServer(FrontEnd frontEnd) throws IOException {
    Curl.Answer answer = curl.get(frontEnd, port("auto"), target.url(Peer.NAME, "/bytes?n=1024"));

    assertThat(answer.summary()).as(answer.error()).isEqualTo(summaryOf(1024));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(FrontEnd.class)
  void servesSixtyRequestsFortyAtOnce(FrontEnd frontEnd) throws IOException {
    // The target answers nobody before forty stand there together.
    String url = url(frontEnd, "/meet?n=40") + "&request=[1-60]";

    Curl.Answer answer =
        curl.get(
            frontEnd,
            port("auto"),
            url,
            "--parallel",
            "--parallel-immediate",
            "--parallel-max",
            "40",
            "--fail");

    assertThat(answer.exit()).as(answer.error()).isZero();
    assertThat(answer.statuses()).hasSize(60).containsOnly(204);
  }

  @Test
  void endsWithCodeZeroAfterAllThat() {
    ProxyProcess proxy = ProxyProcess.inFrontOf(peer.options("auto"));

    proxy.stop();
  }

  private static void assertDownload(FrontEnd frontEnd, String security, long size)
      throws IOException {
    Curl.Answer answer = curl.get(frontEnd, port(security), url(frontEnd, "/bytes?n=" + size));

    assertThat(answer.exit()).as("%d bytes: %s", size, answer.error()).isZero();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.summary()).isEqualTo(summaryOf(size));
    Files.deleteIfExists(answer.body());
  }

  private static void assertUpload(FrontEnd frontEnd, String security, long size)
      throws IOException {
    Curl.Answer answer =
        curl.upload(
            frontEnd, port(security), url(frontEnd, "/sink"), TestBytes.file(directory, size));

    assertThat(answer.exit()).as("%d bytes: %s", size, answer.error()).isZero();
    assertThat(answer.text()).isEqualTo(summaryOf(size));
  }

  private static String summaryOf(long size) throws IOException {
    return TestBytes.summary(TestBytes.file(directory, size));
  }

  private static String url(FrontEnd frontEnd, String path) {
    return target.url(frontEnd.sendsNames() ? Peer.NAME : "127.0.0.1", path);
  }

  private static int port(String security) {
    return PROXIES.get(security).port();
  }
}
