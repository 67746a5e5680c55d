package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.LongPath;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestCa;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.V2rayClient;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long an application waits for its first byte where the server is 150 ms away. */
class PreconnectIT {
  private static final int ROUND_TRIP = 150;
  private static final int TIMES = 5;

  @TempDir Path directory;

  /** A round trip for TCP, one for TLS, one for WebSocket's upgrade; the request takes the last. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"TCP, 2", "WS_TLS, 4"})
  @Requires(Tool.V2RAY)
  void savesTheRoundTripsOfTheHandshakes(Way way, int roundTrips) throws Exception {
    TestCa ca = TestCa.in(directory);
    try (ServeProcess serve = ServeProcess.start(serve(way, ca));
        TcpTarget echo = TcpTarget.echo();
        LongPath path = LongPath.to(serve.port(), ROUND_TRIP);
        ProxyProcess usual = ProxyProcess.inFrontOf(client(way, ca, path, 0));
        ProxyProcess ahead = ProxyProcess.inFrontOf(client(way, ca, path, 4));
        V2rayClient v2ray =
            V2rayClient.start(path.port(), VmessUser.AEAD, "auto", 0, way.v2rayClient(ca))) {
      long ofUsual = firstByteMillis(usual.port(), echo.port());
      long ofAhead = firstByteMillis(ahead.port(), echo.port());
      long ofV2ray = firstByteMillis(v2ray.port(), echo.port());

      String figures =
          "%s: %d ms, in advance %d ms, v2ray %d ms".formatted(way, ofUsual, ofAhead, ofV2ray);
      System.out.println(figures);
      assertThat(ofUsual).as(figures).isBetween(time(roundTrips), time(roundTrips + 1));
      assertThat(ofAhead).as(figures).isBetween(time(1), time(2));
      assertThat(ofAhead).as(figures).isLessThan(ofV2ray - time(roundTrips - 1) * 3 / 4);
    }
  }

  private static long time(int roundTrips) {
    return (long) roundTrips * ROUND_TRIP;
  }

  /** The median; the first one finds nothing ready and makes it so. */
  private static long firstByteMillis(int proxy, int target) throws Exception {
    firstByte(proxy, target);
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      TimeUnit.MILLISECONDS.sleep(ROUND_TRIP * 5);
      took.add(TimeUnit.NANOSECONDS.toMillis(firstByte(proxy, target)));
    }
    return took.stream().sorted().skip(TIMES / 2).findFirst().orElseThrow();
  }

  private static long firstByte(int proxy, int target) throws IOException {
    long start = System.nanoTime();
    try (Tunnel tunnel = SocksClient.socks5(proxy, "127.0.0.1", target)) {
      tunnel.socket().getOutputStream().write(7);
      assertThat(tunnel.socket().getInputStream().read()).isEqualTo(7);
      return System.nanoTime() - start;
    }
  }

  private static List<String> serve(Way way, TestCa ca) {
    List<String> arguments =
        new ArrayList<>(List.of("--inbound", "127.0.0.1:0", "--client", VmessUser.AEAD.asClient()));
    arguments.addAll(way.serveFlags(ca));
    return arguments;
  }

  private static List<String> client(Way way, TestCa ca, LongPath path, int ahead) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--preconnect",
                "" + ahead,
                "--server",
                "127.0.0.1:" + path.port(),
                "--user",
                VmessUser.AEAD.asUser("auto")));
    arguments.addAll(way.clientFlags(ca));
    return arguments;
  }
}
