package io.vmessproxy.client.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.dispatch.Dispatcher;
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
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration LIMIT = Duration.ofSeconds(3);

  /** Most of a fault's time is waiting. */
  private static final int AT_ONCE = 4;

  private static final Pattern PAGE =
      Pattern.compile(
          "<p>server broken, ([^:]+): (.+)</p>\n<p>What to do: (.+)</p>\n<p>Class of failure:"
              + " (.+)</p>");

  private static final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private static final Map<Fault, Future<Told>> running = new LinkedHashMap<>();

  private record Told(String page, Duration took) {}

  @BeforeAll
  static void startAll() throws Exception {
    WarmUp.run(Security.AES_128_GCM, new SecureRandom());
    // The first connection of a young JVM is slow for reasons that are not the server's.
    tell(Fault.all().get(0));
    Fault.all().forEach(fault -> running.put(fault, threads.submit(() -> tell(fault))));
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
  }

  static List<Fault> faults() {
    return List.copyOf(running.keySet());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isToldWithItsClassAndAnAction(Fault fault) throws Exception {
    Told told = running.get(fault).get(60, TimeUnit.SECONDS);

    Matcher page = PAGE.matcher(told.page);
    assertThat(page.find()).as(told.page).isTrue();
    assertThat(page.group(4)).as(told.page).isEqualTo(fault.expected().text());
    assertThat(page.group(1)).as(told.page).isEqualTo(fault.stage());
    assertThat(page.group(2)).isNotBlank();
    assertThat(page.group(3)).isNotBlank();
    assertThat(told.page).doesNotContain(FaultBench.USER.reveal());
    assertThat(told.took).isLessThan(LIMIT);
  }

  @Test
  void thereAreAtLeastFortyOfThemWithNamesOfTheirOwn() {
    assertThat(Fault.all()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(Fault.all()).extracting(Fault::name).doesNotHaveDuplicates();
  }

  @Test
  void everyClassOfAServersFailuresHasOne() {
    assertThat(Fault.all())
        .extracting(Fault::expected)
        .contains(
            List.of(Failure.values()).stream()
                .filter(
                    failure ->
                        !List.of(
                                Failure.ENDED,
                                Failure.QUOTA_PAGE,
                                Failure.EXHAUSTED,
                                Failure.INTERNAL)
                            .contains(failure))
                .toArray(Failure[]::new));
  }

  private static Told tell(Fault fault) throws Exception {
    try (FaultBench bench = new FaultBench()) {
      Fault.Broken broken = fault.injection().inject(bench);
      int port = listen(bench, broken);
      long start = System.nanoTime();
      String page = get(port, broken);
      return new Told(page, Duration.ofNanos(System.nanoTime() - start));
    }
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
    OutboundTransport transport = broken.transport();
    ListenerSettings any = new ListenerSettings(ListenerSettings.Kind.HTTP, "127.0.0.1", 0);
    if (transport == null) {
      ClientProxy proxy = bench.stopLater(ClientProxy.start(settings(any, broken)));
      return proxy.listeners().get(0).address().getPort();
    }
    VmessOutbound outbound =
        new VmessOutbound(
            new RoundRobin(List.of(broken.server())),
            PolicyTable.DEFAULT,
            (endpoint, suggestions) ->
                new VmessDial(
                    endpoint,
                    transport,
                    Clock.systemUTC(),
                    bench.random(),
                    HANDSHAKE_TIMEOUT,
                    suggestions));
    LocalListener listener =
        new LocalListener(any, Credentials.NONE, UdpSettings.DEFAULT, new Dispatcher(outbound));
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
        HANDSHAKE_TIMEOUT,
        ClockOffset.NONE,
        Duration.ZERO);
  }
}
