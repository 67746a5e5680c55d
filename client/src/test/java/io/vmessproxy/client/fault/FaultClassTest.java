package io.vmessproxy.client.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.inbound.ConnectionLimit;
import io.vmessproxy.client.inbound.LocalListener;
import io.vmessproxy.client.outbound.VmessDial;
import io.vmessproxy.client.outbound.VmessOutbound;
import io.vmessproxy.client.outbound.WarmUp;
import io.vmessproxy.client.selection.RoundRobin;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.client.transport.Layering;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an application is told of each fault, over HTTP, which has words for all of it: one class,
 * one stage, evidence and an action, within three seconds.
 */
class FaultClassTest {
  private static final Pattern PAGE =
      Pattern.compile(
          "<p>server broken, ([^:]+): (.+)</p>\n<p>What to do: (.+)</p>\n<p>Class of failure:"
              + " (.+)</p>");

  private static AllFaults<String> running;

  @BeforeAll
  static void startAll() throws Exception {
    WarmUp.run(Security.AES_128_GCM, new SecureRandom());
    // The first connections of a young JVM are slow for reasons that are not the server's.
    for (Fault first : AllFaults.first()) {
      AllFaults.answer(first, FaultClassTest::prepare);
    }
    running =
        AllFaults.start(fault -> !fault.run().equals(Fault.Told.NOTHING), FaultClassTest::prepare);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  static List<Fault> faults() {
    return running.faults();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void isToldWithItsClassAndAnAction(Fault fault) throws Exception {
    AllFaults.Timed<String> told = running.of(fault);

    Matcher page = PAGE.matcher(told.told());
    assertThat(page.find()).as("%s: %s", fault, told.told()).isTrue();
    assertThat(page.group(4))
        .as("%s: %s", fault, told.told())
        .isEqualTo(fault.run().failure().text());
    assertThat(page.group(1)).as("%s: %s", fault, told.told()).isEqualTo(fault.run().stage());
    assertThat(page.group(2)).isNotBlank();
    assertThat(page.group(3)).isNotBlank();
    assertThat(told.told()).doesNotContain(FaultBench.USER.reveal());
    assertThat(told.took()).isLessThan(AllFaults.LIMIT);
  }

  @Test
  void thereAreAtLeastFortyOfThemWithNamesOfTheirOwn() {
    assertThat(Fault.all()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(Fault.all()).extracting(Fault::name).doesNotHaveDuplicates();
  }

  @Test
  void everyClassOfAServersFailuresHasOne() {
    assertThat(Fault.all())
        .extracting(fault -> fault.check().failure())
        .contains(
            List.of(Failure.values()).stream()
                .filter(
                    failure ->
                        !List.of(Failure.ENDED, Failure.EXHAUSTED, Failure.INTERNAL)
                            .contains(failure))
                .toArray(Failure[]::new));
  }

  private static AllFaults.Asking<String> prepare(FaultBench bench, Fault.Broken broken)
      throws Exception {
    int port = listen(bench, broken);
    return () -> get(port, broken);
  }

  private static String get(int port, Fault.Broken broken) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET http://%1$s/ HTTP/1.1\r\nHost: %1$s\r\nConnection: close\r\n\r\n"
              .formatted(broken.target());
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** The program as it is, unless the way to the server is the test's own. */
  private static int listen(FaultBench bench, Fault.Broken broken) throws Exception {
    ListenerSettings any = new ListenerSettings(ListenerSettings.Kind.HTTP, "127.0.0.1", 0);
    if (broken.network() == null && broken.resolver() == null) {
      ClientProxy proxy = bench.stopLater(ClientProxy.start(settings(any, broken)));
      return proxy.listeners().get(0).address().getPort();
    }
    OutboundTransport transport =
        Transports.outbound(
            bench.network(broken),
            broken.server().address(),
            broken.server().stream(),
            FaultBench.HANDSHAKE_TIMEOUT,
            Layering.NONE);
    VmessOutbound outbound =
        new VmessOutbound(
            health -> new RoundRobin(List.of(broken.server())),
            PolicyTable.DEFAULT,
            (endpoint, suggestions) ->
                new VmessDial(
                    endpoint,
                    transport,
                    Clock.systemUTC(),
                    bench.random(),
                    FaultBench.HANDSHAKE_TIMEOUT,
                    suggestions));
    LocalListener listener =
        new LocalListener(
            any,
            Credentials.NONE,
            UdpSettings.DEFAULT,
            new Dispatcher(outbound),
            ConnectionLimit.ofThisProcess(),
            null);
    Channel socket = listener.bind(bench.loops(), bench.loops()).sync().channel();
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  private static ClientSettings settings(ListenerSettings listener, Fault.Broken broken) {
    return new ClientSettings(
        List.of(listener),
        Credentials.NONE,
        UdpSettings.DEFAULT,
        List.of(broken.server()),
        false,
        PolicyTable.DEFAULT,
        FaultBench.CONNECT_TIMEOUT,
        FaultBench.HANDSHAKE_TIMEOUT,
        ClockOffset.NONE,
        Duration.ZERO);
  }
}
