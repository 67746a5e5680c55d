package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.fetch.ScriptedServer;
import io.vmessproxy.client.outbound.VmessDial;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.HealthBoard;
import io.vmessproxy.client.selection.HealthBoard.State;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.vmess.account.Account;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What the board hears of servers that nobody uses. */
final class ProberTest extends ServerCheckBench {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  @Test
  void tellsServersThatWorkFromThoseThatDoNot() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");
    Endpoint works = endpoint("works", vmess());
    Endpoint refuses = endpoint("refuses", closedPort());
    HealthBoard board = board(works, refuses);

    probe(board, url(target, "/generate_204"), works, refuses);

    await(() -> board.state(refuses) != State.CLOSED);
    assertThat(board.available(works)).isTrue();
  }

  @Test
  void aPageInPlaceOfNothingIsAFailure() throws Exception {
    ScriptedServer quota =
        target("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n<title>Pay me</title>");
    Endpoint endpoint = endpoint("over", vmess());
    HealthBoard board = board(endpoint, endpoint("other", vmess()));

    probe(board, url(quota, "/generate_204"), endpoint);

    await(() -> board.state(endpoint) != State.CLOSED);
  }

  @Test
  void bringsOneBackThatNobodyUses() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");
    Endpoint endpoint = endpoint("back", vmess());
    HealthBoard board = board(endpoint, endpoint("other", vmess()));
    board.suspect(endpoint, "it did not answer");
    assertThat(board.available(endpoint)).isFalse();

    probe(board, url(target, "/generate_204"), endpoint);

    await(() -> board.available(endpoint));
  }

  private HealthBoard board(Endpoint... endpoints) {
    return new HealthBoard(List.of(endpoints), new HealthBoard.Listener() {});
  }

  private void probe(HealthBoard board, URI url, Endpoint... endpoints) {
    Prober prober = new Prober(INTERVAL, url, board, () -> List.of(endpoints), this::dial, loops);
    running.add(0, prober);
    prober.start();
  }

  private Endpoint endpoint(String tag, int port) {
    Account account = account(known, 0);
    return new Endpoint(new Server(tag, loopback(port), List.of(account)), account);
  }

  private VmessDial dial(Endpoint endpoint) {
    return new VmessDial(
        endpoint,
        new TcpTransport(dialer, endpoint.server().address(), CONNECT),
        Clock.systemUTC(),
        random,
        HANDSHAKE,
        suggestion -> {});
  }

  private static void await(BooleanSupplier met) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!met.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("too late").isNegative();
      Thread.sleep(10);
    }
  }
}
