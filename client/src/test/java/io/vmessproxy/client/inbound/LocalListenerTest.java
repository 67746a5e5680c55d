package io.vmessproxy.client.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ListenerSettings.Kind;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalListenerTest {
  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration LATE = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(
      strings = {"", "05", "0501", "050100", "0501000501", "04", "04010050", "47", "474554206874"})
  void closesWhatNeverFinishesItsRequest(String start) throws IOException {
    try (FrontEnd front = FrontEnd.withTimeouts(SOON, LATE, LATE);
        TestPeer client = front.connect()) {
      client.sendHex(start);

      assertThat(closedWithoutASession(client, front)).isTrue();
    }
  }

  @Test
  void closesATlsHello() throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.sendHex("1603010200010001fc0303");

      assertThat(closedWithoutASession(client, front)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"SOCKS, 474554", "HTTP, 050100", "HTTP, 04010050", "MIXED, 00", "MIXED, ff"})
  void closesWhatTheListenerDoesNotSpeak(Kind kind, String start) throws IOException {
    try (FrontEnd front = FrontEnd.with(kind, Credentials.NONE);
        TestPeer client = front.connect()) {
      client.sendHex(start);

      assertThat(closedWithoutASession(client, front)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void survivesRandomBytes(long seed) throws IOException {
    Random random = new Random(seed);
    try (FrontEnd front = FrontEnd.withTimeouts(SOON, SOON, LATE)) {
      for (int firstByte : new int[] {5, 4, 'G', random.nextInt(256)}) {
        byte[] bytes = new byte[1 + random.nextInt(2000)];
        random.nextBytes(bytes);
        bytes[0] = (byte) firstByte;
        try (TestPeer client = front.connect()) {
          client.send(bytes).finish();
          assertThat(ends(client)).as("seed %d", seed).isTrue();
        }
      }
    }
  }

  @Test
  void saysWhyConnectionsAboveItsMaximumAreRefused() throws IOException {
    String ipv4 = "050100017f0000010050";
    try (FrontEnd front = FrontEnd.withMaxConnections(1);
        TestPeer first = front.connect()) {
      assertThat(first.sendHex("050100").readHex(2)).isEqualTo("0500");
      try (TestPeer socks5 = front.connect()) {
        assertThat(socks5.sendHex("050100").readHex(2)).isEqualTo("0500");
        assertThat(socks5.sendHex(ipv4).readHex(2)).isEqualTo("0501");
      }
      try (TestPeer socks4 = front.connect()) {
        assertThat(socks4.sendHex("040100507f00000100").readHex(2)).isEqualTo("005b");
      }
      for (String request :
          List.of(
              "CONNECT a.example:443 HTTP/1.1\r\n\r\n", "GET http://a.example/ HTTP/1.1\r\n\r\n")) {
        try (TestPeer http = front.connect()) {
          http.send(request.getBytes(StandardCharsets.US_ASCII));
          assertThat(http.readAll())
              .startsWith("HTTP/1.1 503 ")
              .contains("retry-after: ", "1 connections are open", "ulimit -n");
        }
      }
      assertThat(front.sessions()).isEmpty();
    }
  }

  @Test
  void closesConnectionsThatAreTooManyToTell() throws IOException {
    List<TestPeer> open = new ArrayList<>();
    try (FrontEnd front = FrontEnd.withMaxConnections(1)) {
      for (int i = 0; i < 1 + 16; i++) {
        TestPeer peer = front.connect();
        open.add(peer);
        assertThat(peer.sendHex("050100").readHex(2)).isEqualTo("0500");
      }
      try (TestPeer next = front.connect()) {
        assertThat(ends(next)).isTrue();
      }
      open.remove(0).close();
      assertThat(open.get(0).sendHex("050100017f0000010050").readHex(2)).isEqualTo("0501");
    } finally {
      for (TestPeer peer : open) {
        peer.close();
      }
    }
  }

  @Test
  void forgetsConnectionsThatClosed() throws IOException {
    try (FrontEnd front = FrontEnd.open()) {
      try (TestPeer client = front.connect()) {
        client.sendHex("050100").readHex(2);
        client.finish();
        assertThat(client.readAll()).isEmpty();
      }

      front.listener().connections().newCloseFuture().syncUninterruptibly();
      assertThat(front.listener().connections().size()).isZero();
    }
  }

  private static boolean closedWithoutASession(TestPeer client, FrontEnd front) throws IOException {
    return ends(client) && front.sessions().isEmpty();
  }

  private static boolean ends(TestPeer client) throws IOException {
    try {
      client.readAll();
    } catch (SocketException e) {
      // Closed with bytes unread: an end, too.
      return true;
    }
    return true;
  }
}
