package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.RequestSealer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a stranger can measure of a server's close: when it comes, whether it is FIN or RST, and how
 * many bytes were taken before. It must not depend on what was wrong with his bytes.
 *
 * <p>Samples are compared by Kolmogorov and Smirnov's test. Chance makes one comparison in twenty
 * look different, so one that does is made again with a fresh sample, and counts as a difference
 * only when it does four times in a row: a false alarm in some 9000 runs, while what a prober could
 * use shows each time.
 */
@Timeout(120)
class StrangersCloseTest {
  private static final double LEAST_P = 0.05;
  private static final int SAMPLES = 4;
  private static final int LONGEST = 400;
  private static final int STEP = 4; // Lengths 0, 4 ... 400 for each kind and sample.
  private static final Duration HANDSHAKE = Duration.ofMillis(900);
  private static final Duration LONG_HANDSHAKE = Duration.ofSeconds(20);
  private static final int MAX_DRAINED = 4000;

  /** Bytes are counted in pieces that take their time: a server that takes few is soon done. */
  private static final int SHORT_DRAIN = 200;

  private static final int PIECE = 8;

  /**
   * Longer than a server takes to close, on a busy machine, too: else more is sent than it took.
   */
  private static final int PAUSE_MILLIS = 50;

  /** At least a header: whatever is wrong has been found behind so many bytes. */
  private static final int HEADER = 368;

  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final ExecutorService threads = Executors.newFixedThreadPool(450);
  private final UserId user = userOfAShortDrain();
  private final List<AutoCloseable> running = new ArrayList<>();

  /** What the bytes are. */
  private enum Kind {
    RANDOM,
    REPLAY,
    FLIPPED_BIT,
    STALE
  }

  /**
   * What was measured of one connection.
   *
   * @param millis from the last byte sent to the close
   * @param reset whether it was RST
   * @param sent how many bytes, when the close was seen
   */
  private record Close(double millis, boolean reset, int sent) {}

  private UserId userOfAShortDrain() {
    while (true) {
      UserId some = UserId.random(random);
      Drain drain = Drain.of(List.of(new InboundUser(some, 0, 0, "")), random);
      if (drain.bytes(random) < Drain.LEAST_BYTES + SHORT_DRAIN) {
        return some;
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    threads.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void aCloseAfterSomeBytesTellsNothing(int alterId) throws Exception {
    int port = server(alterId, HANDSHAKE);
    byte[] replayed = used(alterId, port);
    expectAlike(
        "alterId %d, 0 to 400 bytes, then silence".formatted(alterId),
        () -> {
          List<Probe> probes = new ArrayList<>();
          for (Kind kind : Kind.values()) {
            for (int length = 0; length <= LONGEST; length += STEP) {
              probes.add(new Probe(kind, bytes(kind, length, alterId, replayed), false));
            }
          }
          return run(probes, port);
        },
        Close::millis,
        close -> close.reset ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void theBytesThatAreTakenTellNothing(int alterId) throws Exception {
    int port = server(alterId, LONG_HANDSHAKE);
    byte[] replayed = used(alterId, port);
    expectAlike(
        "alterId %d, bytes until the close".formatted(alterId),
        () -> {
          List<Probe> probes = new ArrayList<>();
          for (Kind kind : Kind.values()) {
            for (int i = 0; i < 60; i++) {
              probes.add(new Probe(kind, bytes(kind, HEADER, alterId, replayed), true));
            }
          }
          return run(probes, port);
        },
        Close::sent,
        close -> close.reset ? 1 : 0);
  }

  @Test
  void aDifferenceOfTenMillisecondsWouldShow() throws Exception {
    int port = server(0, HANDSHAKE);
    byte[] replayed = used(0, port);
    List<Probe> probes = new ArrayList<>();
    for (Kind kind : List.of(Kind.RANDOM, Kind.STALE)) {
      for (int length = 0; length <= LONGEST; length += STEP) {
        probes.add(new Probe(kind, bytes(kind, length, 0, replayed), false));
      }
    }
    Map<Kind, List<Close>> closes = run(probes, port);

    double[] some = values(closes.get(Kind.RANDOM), Close::millis);
    double[] later = values(closes.get(Kind.STALE), close -> close.millis() + 10);
    assertThat(p(some, later)).isLessThan(1e-4);
  }

  private interface Sample {
    Map<Kind, List<Close>> take() throws Exception;
  }

  @SafeVarargs
  private void expectAlike(String what, Sample sample, ToDoubleFunction<Close>... measures)
      throws Exception {
    List<String> suspects = null;
    List<String> report = new ArrayList<>();
    for (int i = 0; i < SAMPLES && (suspects == null || !suspects.isEmpty()); i++) {
      Map<Kind, List<Close>> closes = sample.take();
      List<String> differ = new ArrayList<>();
      for (int m = 0; m < measures.length; m++) {
        for (Kind one : Kind.values()) {
          for (Kind other : Kind.values()) {
            if (one.compareTo(other) < 0) {
              double p =
                  p(values(closes.get(one), measures[m]), values(closes.get(other), measures[m]));
              String pair = "%s and %s, measure %d".formatted(one, other, m);
              report.add("%s: %s: p %.3f".formatted(what, pair, p));
              if (p <= LEAST_P) {
                differ.add(pair);
              }
            }
          }
        }
      }
      if (suspects != null) {
        differ.retainAll(suspects);
      }
      suspects = differ;
    }
    Files.write(
        Path.of("target", "strangers-close-%d.txt".formatted(what.hashCode() & 0xffff)), report);
    assertThat(suspects).as("%s", report).isEmpty();
  }

  private static double[] values(List<Close> closes, ToDoubleFunction<Close> measure) {
    return closes.stream().mapToDouble(measure).toArray();
  }

  private static double p(double[] one, double[] other) {
    if (Arrays.equals(sorted(one), sorted(other))) {
      return 1;
    }
    KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
    return test.approximateP(test.kolmogorovSmirnovStatistic(one, other), one.length, other.length);
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** One connection to make. */
  private static final class Probe {
    private final Kind kind;
    private final byte[] bytes;
    private final boolean goesOn;

    /**
     * @param goesOn whether more of chance follows until the close
     */
    Probe(Kind kind, byte[] bytes, boolean goesOn) {
      this.kind = kind;
      this.bytes = bytes;
      this.goesOn = goesOn;
    }
  }

  /** All at once, in an order of chance: what a busy moment costs, it costs all kinds alike. */
  private Map<Kind, List<Close>> run(List<Probe> probes, int port) throws Exception {
    Collections.shuffle(probes, random);
    List<Future<Close>> closes = new ArrayList<>();
    for (Probe probe : probes) {
      closes.add(threads.submit(() -> probe(probe, port)));
    }
    Map<Kind, List<Close>> all = new EnumMap<>(Kind.class);
    for (int i = 0; i < probes.size(); i++) {
      all.computeIfAbsent(probes.get(i).kind, none -> new ArrayList<>())
          .add(closes.get(i).get(60, TimeUnit.SECONDS));
    }
    return all;
  }

  private Close probe(Probe probe, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      int sent = probe.bytes.length;
      boolean reset = false;
      long last = System.nanoTime();
      try {
        socket.getOutputStream().write(probe.bytes);
        last = System.nanoTime();
        while (probe.goesOn && sent < MAX_DRAINED && !closed(socket)) {
          byte[] more = new byte[PIECE];
          random.nextBytes(more);
          socket.getOutputStream().write(more);
          sent += more.length;
        }
        assertThat(socket.getInputStream().read()).as("an answer").isNegative();
      } catch (java.net.SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        reset = true;
      }
      return new Close((System.nanoTime() - last) / 1e6, reset, sent);
    }
  }

  /** Gives the server the time to take what was sent, and looks. */
  private static boolean closed(Socket socket) throws IOException {
    socket.setSoTimeout(PAUSE_MILLIS);
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(30_000);
    }
  }

  private byte[] bytes(Kind kind, int length, int alterId, byte[] replayed) {
    byte[] all = new byte[length];
    random.nextBytes(all);
    byte[] header =
        switch (kind) {
          case RANDOM -> new byte[0];
          case REPLAY -> replayed;
          case FLIPPED_BIT -> header(alterId, 0);
          case STALE -> header(alterId, -600);
        };
    int taken = Math.min(length, header.length);
    System.arraycopy(header, 0, all, 0, taken);
    if (kind == Kind.FLIPPED_BIT && taken > 0) {
      int bit = random.nextInt(8 * taken);
      all[bit / 8] ^= (byte) (1 << bit % 8);
    }
    return all;
  }

  /** One that the server has taken. */
  private byte[] used(int alterId, int port) throws IOException {
    byte[] header = header(alterId, 0);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(header);
      socket.setSoTimeout(300);
      socket.getInputStream().read();
    } catch (java.net.SocketTimeoutException e) {
      // It is open, and waits for a body.
    }
    return header;
  }

  private byte[] header(int alterId, int aheadSeconds) {
    Account account = new Account(user, alterId, Security.AES_128_GCM, 0);
    RequestSealer sealer = RequestSealer.of(account);
    RequestHeader header =
        new RequestHeader(
            SessionKeys.random(random, sealer.form()),
            account.bodyOptions(Command.TCP),
            account.security(),
            Command.TCP,
            new Destination(Address.of("127.0.0.1"), target));
    ByteBuf sealed = Unpooled.buffer(sealer.maxBytes());
    sealer.seal(
        header, Clock.systemUTC().instant().getEpochSecond() + aheadSeconds, random, sealed);
    return ByteBufUtil.getBytes(sealed);
  }

  private int target;

  private int server(int alterId, Duration handshake) throws IOException {
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    running.add(silent);
    target = silent.getLocalPort();
    Policy policy =
        new Policy(handshake, Duration.ofMinutes(5), Duration.ofSeconds(2), Duration.ofSeconds(5));
    VmessServer server =
        new VmessServer(
            List.of(new InboundUser(user, alterId, 0, "")),
            InboundOptions.open(new PolicyTable(Map.of(0, policy))),
            new Freedom(new Dialer(resolver)),
            Clock.systemUTC());
    running.add(server);
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) bound.localAddress()).getPort();
  }
}
