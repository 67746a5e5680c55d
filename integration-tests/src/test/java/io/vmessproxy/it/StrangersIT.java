package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.RecordedRequest;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What those hear from our server whom it does not know: nothing, and soon the end. */
class StrangersIT {
  private static final long SEED = 20_250_115;
  private static final int[] LENGTHS = {0, 1, 15, 16, 17, 50, 54, 100, 400, 1000, 4000, 100_000};

  /** So many bytes no server may count before it closes, or the count would tell what it is. */
  private static final int FEW = 54;

  private static final Duration HANDSHAKE = Duration.ofSeconds(4);
  private static final VmessUser UNKNOWN = new VmessUser("0b3d1f4a-51c7-4b0e-9d8e-3f6a2c7d8e90", 0);
  private static final VmessUser UNKNOWN_LEGACY =
      new VmessUser("0b3d1f4a-51c7-4b0e-9d8e-3f6a2c7d8e90", 4);

  private TcpTarget echo;
  private ServeProcess serve;

  @BeforeEach
  void start() {
    echo = TcpTarget.echo();
    serve = ServeProcess.of(VmessUser.AEAD, VmessUser.LEGACY);
  }

  @AfterEach
  void stop() {
    echo.close();
    if (serve != null) {
      serve.close();
    }
  }

  static Stream<VmessUser> known() {
    return Stream.of(VmessUser.AEAD, VmessUser.LEGACY);
  }

  static Stream<VmessUser> unknown() {
    return Stream.of(UNKNOWN, UNKNOWN_LEGACY);
  }

  /** All at once, as most wait for the deadline. */
  @Test
  void randomBytesHearNothing() throws IOException {
    Random random = new Random(SEED);
    Map<Integer, Socket> strangers = new LinkedHashMap<>();
    long begin = System.nanoTime();
    for (int length : LENGTHS) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      Socket socket = SocksClient.dial(serve.port());
      sendUnlessClosed(socket, noise);
      strangers.put(length, socket);
    }

    for (Map.Entry<Integer, Socket> each : strangers.entrySet()) {
      assertThat(firstByte(each.getValue())).as("after %d bytes", each.getKey()).isLessThan(0);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(took).as("end").isLessThan(HANDSHAKE.plusSeconds(4));
      if (each.getKey() < FEW) {
        assertThat(took).as("end after few bytes").isGreaterThan(HANDSHAKE.dividedBy(2));
      }
    }
    assertServes(VmessUser.AEAD);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unknown")
  void anUnknownUserHearsNothing(VmessUser user) throws IOException {
    try (ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(user, "auto"));
        Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      sendUnlessClosed(tunnel.socket(), new byte[] {'x'});

      assertThat(firstByte(tunnel.socket())).isLessThan(0);
      assertThat(echo.accepted()).isEmpty();
      assertThat(serve.log()).doesNotContain(UNKNOWN.id());
      assertThat(proxy.log()).contains("user id", "clock").doesNotContain(UNKNOWN.id());
    }
    assertServes(VmessUser.AEAD);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("known")
  void aRequestSentAgainHearsNothing(VmessUser user) throws IOException {
    byte[] request = RecordedRequest.of(user, "auto", serve.port(), echo.port());
    int served = echo.accepted().size();
    assertThat(served).isPositive();
    try (Socket again = SocksClient.dial(serve.port())) {
      sendUnlessClosed(again, request);

      assertThat(firstByte(again)).isLessThan(0);
      assertThat(echo.accepted()).hasSize(served);
    }
    assertServes(user);
  }

  private static void sendUnlessClosed(Socket socket, byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // It has closed already, as it may.
    }
  }

  /** Below 0 if the connection ends first, in peace or by a reset. */
  private static int firstByte(Socket socket) throws IOException {
    try (socket) {
      return socket.getInputStream().read();
    } catch (SocketException e) {
      return -1;
    }
  }

  private void assertServes(VmessUser user) throws IOException {
    try (ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(user, "auto"));
        Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      tunnel.socket().getOutputStream().write('x');
      assertThat(tunnel.socket().getInputStream().read()).as(serve.log()).isEqualTo('x');
    }
  }
}
