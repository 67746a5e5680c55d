package io.vmessproxy.client.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.vmessproxy.client.outbound.VmessDial;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Destination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server far behind the machine that accepts our connections: each answer takes its time. */
@Timeout(30)
class SlowServerTest {
  private final FaultBench bench = new FaultBench();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    later.shutdownNow();
    bench.close();
  }

  @Test
  void isNoSilentOne() throws Exception {
    Future<Void> proving = prove(far(bench.vmess(0, 0), 1300));

    assertThat(proving.isSuccess()).as("%s", proving.cause()).isTrue();
  }

  @Test
  void hasAClockThatIsFoundAllTheSame() throws Exception {
    Future<Void> proving = prove(far(bench.vmess(0, 282), 600));

    OutboundException failure = (OutboundException) proving.cause();
    assertThat(failure.failure()).as("%s", failure).isEqualTo(Failure.CLOCK);
    assertThat(failure.evidence()).containsPattern("about (2[5-9]|30|31)\\d s ahead");
  }

  private Future<Void> prove(Destination address) {
    Server server = FaultBench.server(address);
    VmessDial dial =
        new VmessDial(
            new Endpoint(server, server.users().get(0)),
            bench.tcp(address),
            Clock.systemUTC(),
            bench.random(),
            Duration.ofSeconds(4),
            suggestion -> {});
    return dial.prove(bench.loops().next()).awaitUninterruptibly();
  }

  /** Takes connections at once, and has the server's part begin only so much later. */
  private Destination far(Destination server, int millis) throws Exception {
    return bench.listening(
        connection ->
            later.schedule(
                () -> RawServer.inBackground(() -> pass(connection, server)),
                millis,
                TimeUnit.MILLISECONDS));
  }

  private void pass(Socket connection, Destination server) throws IOException {
    Socket behind = bench.stopLater(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    RawServer.inBackground(() -> behind.getInputStream().transferTo(connection.getOutputStream()));
    connection.getInputStream().transferTo(behind.getOutputStream());
  }
}
