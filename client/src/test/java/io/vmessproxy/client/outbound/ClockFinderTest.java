package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.RoundRobin;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.inbound.Freedom;
import io.vmessproxy.common.vmess.inbound.InboundOptions;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import io.vmessproxy.common.vmess.inbound.VmessServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own server with another clock, and what the client finds out about it. */
@Timeout(30)
class ClockFinderTest {
  private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final UserId user = UserId.random(random);
  private final AtomicInteger connections = new AtomicInteger();
  private Optional<VmessServer> server = Optional.empty();

  @BeforeAll
  static void findCiphers() {
    WarmUp.run(Security.AES_128_GCM, new SecureRandom());
  }

  @AfterEach
  void stop() {
    server.ifPresent(VmessServer::close);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 121",
    "0, -121",
    "0, 282",
    "0, -282",
    "0, 3600",
    "0, -3600",
    "0, 28800",
    "0, -28800",
    "2, 282",
    "2, -282",
    "2, 3600",
    "2, -28800"
  })
  void saysHowFarAServersClockIsFromOurs(int alterId, int seconds) {
    VmessDial dial = dial(alterId, server(seconds), Duration.ZERO, false);
    long start = System.nanoTime();

    Future<OpenStream> opening = open(dial).awaitUninterruptibly();

    Duration took = Duration.ofNanos(System.nanoTime() - start);
    OutboundException failure = (OutboundException) opening.cause();
    assertThat(failure.failure()).as("%s", failure).isEqualTo(Failure.CLOCK);
    assertThat(took).isLessThan(Duration.ofSeconds(3));
    assertThat(failure.evidence()).contains(seconds < 0 ? "s behind yours" : "s ahead of yours");
    int said = Integer.parseInt(failure.evidence().replaceAll("\\D+(\\d+) s .*", "$1"));
    assertThat(Duration.ofSeconds(Math.abs(said - Math.abs(seconds))))
        .isLessThanOrEqualTo(HALF_A_MINUTE);
    assertThat(failure.action()).contains("NTP", "--clock-offset");
    int streamAndQuestion = 2;
    int otherForm = 1;
    assertThat(connections.get())
        .isLessThanOrEqualTo(streamAndQuestion + Diagnosis.MAX_TIMES + otherForm);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 60", "0, -60", "0, 119", "0, -118", "2, 0", "2, 60", "2, -60"})
  void measuresTheClockOfAServerThatTakesTheUser(int alterId, int seconds) {
    VmessDial dial = dial(alterId, server(seconds), Duration.ZERO, false);
    assertThat(dial.prove(loops.next()).awaitUninterruptibly().isSuccess()).isTrue();

    Optional<Duration> measured = dial.measureClock(loops.next()).awaitUninterruptibly().getNow();

    assertThat(measured).isPresent();
    assertThat(measured.get().minusSeconds(seconds).abs()).isLessThanOrEqualTo(HALF_A_MINUTE);
  }

  @ParameterizedTest
  @ValueSource(ints = {282, -28_800})
  void appliesWhatItFindsWhereItMay(int seconds) {
    VmessDial dial = dial(0, server(seconds), Duration.ZERO, true);
    long start = System.nanoTime();

    Future<OpenStream> opening = open(dial).awaitUninterruptibly();

    assertThat(opening.isSuccess()).as("%s", opening.cause()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(dial.clock().ahead().minusSeconds(seconds).abs()).isLessThanOrEqualTo(HALF_A_MINUTE);
    assertThat(opening.getNow().channel().isActive()).isTrue();
  }

  @Test
  void aGivenOffsetShiftsTheTimeOfHeaders() {
    VmessDial dial = dial(0, server(7201), Duration.ofSeconds(7150), false);

    assertThat(open(dial).awaitUninterruptibly().isSuccess()).isTrue();
    assertThat(dial.measureClock(loops.next()).awaitUninterruptibly().getNow())
        .hasValueSatisfying(
            measured ->
                assertThat(measured.minusSeconds(7201).abs()).isLessThanOrEqualTo(HALF_A_MINUTE));
  }

  @Test
  void aWrongOffsetIsTold() {
    VmessDial dial = dial(0, server(0), Duration.ofMinutes(5), false);

    OutboundException failure = (OutboundException) open(dial).awaitUninterruptibly().cause();

    assertThat(failure.failure()).isEqualTo(Failure.CLOCK);
    assertThat(failure.evidence())
        .isEqualTo(
            "the server's clock is as yours is, and headers are made for one 300 s ahead of yours");
    assertThat(failure.action()).isEqualTo("leave --clock-offset away");
  }

  @Test
  void aTransportsDateIsBelievedWhereTheServerTakesIt() {
    // No round of guesses would find it.
    int seconds = 86_400 + 4321;
    OutboundTransport dated = dated(server(seconds), seconds);
    VmessDial dial = dial(0, dated, Duration.ZERO, false);

    OutboundException failure = (OutboundException) open(dial).awaitUninterruptibly().cause();

    assertThat(failure.failure()).isEqualTo(Failure.CLOCK);
    int said = Integer.parseInt(failure.evidence().replaceAll("\\D+(\\d+) s .*", "$1"));
    assertThat(Math.abs(said - seconds)).isLessThanOrEqualTo(2);
  }

  @Test
  void aTransportsDateThatIsNotTheServersMisleadsNobody() {
    OutboundTransport dated = dated(server(282), 5000);
    VmessDial dial = dial(0, dated, Duration.ZERO, false);

    OutboundException failure = (OutboundException) open(dial).awaitUninterruptibly().cause();

    assertThat(failure.failure()).isEqualTo(Failure.CLOCK);
    assertThat(failure.evidence()).containsPattern("is about (2[5-9]|30|31)\\d s ahead");
  }

  private static OutboundTransport dated(OutboundTransport below, int seconds) {
    return loop -> {
      Future<Channel> opening = below.open(loop);
      opening.addListener(
          opened ->
              ServerDate.note(
                  opening.getNow(),
                  DateTimeFormatter.RFC_1123_DATE_TIME.format(
                      Instant.now().plusSeconds(seconds).atOffset(ZoneOffset.UTC))));
      return opening;
    };
  }

  private OutboundTransport server(int aheadSeconds) {
    VmessServer accepting =
        new VmessServer(
            List.of(new InboundUser(user, 2, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.offset(Clock.systemUTC(), Duration.ofSeconds(aheadSeconds)));
    server = Optional.of(accepting);
    Channel bound =
        accepting
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    int port = ((InetSocketAddress) bound.localAddress()).getPort();
    Destination address = new Destination(Address.of("127.0.0.1"), port);
    OutboundTransport tcp = new TcpTransport(dialer, address, Duration.ofSeconds(5));
    return loop -> {
      connections.incrementAndGet();
      return tcp.open(loop);
    };
  }

  private VmessDial dial(int alterId, OutboundTransport transport, Duration ahead, boolean auto) {
    Account account = new Account(user, alterId, Security.AES_128_GCM, 0);
    Destination nowhere = new Destination(Address.of("server.example"), 443);
    return new VmessDial(
        new Endpoint(new Server("here", nowhere, List.of(account)), account),
        transport,
        new ServerClock(Clock.systemUTC(), ahead, auto),
        random,
        Duration.ofSeconds(4),
        suggestion -> {});
  }

  private Future<OpenStream> open(VmessDial dial) {
    VmessOutbound outbound =
        new VmessOutbound(
            health -> new RoundRobin(List.of(dial.endpoint().server())),
            PolicyTable.DEFAULT,
            (endpoint, suggestions) -> dial);
    return outbound.open(
        Session.of("test", new Destination(Address.of("target.example"), 80)), loops.next());
  }
}
