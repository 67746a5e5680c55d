package io.vmessproxy.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.common.net.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectTest {
  private static final String CONNECT =
      "CONNECT example.com:443 HTTP/1.1\r\nHost: other.example\r\n\r\n";
  private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

  @Test
  void opensATunnelToTheRequestTarget() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:443", server);
        TestPeer client = front.connect()) {
      assertThat(client.send(CONNECT).readHead()).isEqualTo(ESTABLISHED);

      try (TestPeer target = server.accept()) {
        target.send("hello");
        assertThat(client.readText(5)).isEqualTo("hello");
        client.send("GET / HTTP/1.1\r\n\r\n").finish();
        assertThat(target.readAll()).isEqualTo("GET / HTTP/1.1\r\n\r\n");
        target.send("bye").finish();
        assertThat(client.readAll()).isEqualTo("bye");
      }
      assertThat(front.sessions().get(0).destination().address())
          .isEqualTo(new Address.Domain("example.com"));
    }
  }

  @Test
  void takesAllInOnePacketWithTheEndBehind() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:443", server);
        TestPeer client = front.connect()) {
      client.send(CONNECT + "\u0016\u0003 bytes of a tunnel\r\n\r\n").finish();

      assertThat(client.readHead()).isEqualTo(ESTABLISHED);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("\u0016\u0003 bytes of a tunnel\r\n\r\n");
        target.send("bye").finish();
        assertThat(client.readAll()).isEqualTo("bye");
      }
    }
  }

  @Test
  void takesItByteByByte() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:443", server);
        TestPeer client = front.connect()) {
      client.sendByteByByte((CONNECT + "hi").getBytes(StandardCharsets.US_ASCII)).finish();

      assertThat(client.readHead()).isEqualTo(ESTABLISHED);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("hi");
      }
    }
  }

  @Test
  void givesABodyToTheTunnel() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:443", server);
        TestPeer client = front.connect()) {
      client.send("CONNECT example.com:443 HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody").finish();

      assertThat(client.readHead()).isEqualTo(ESTABLISHED);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("body");
      }
    }
  }

  @Test
  void answersInTheVersionOfTheClient() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("[2001:db8::1]:443", server);
        TestPeer client = front.connect()) {
      client.send("CONNECT [2001:db8::1]:443 HTTP/1.0\r\n\r\n");

      assertThat(client.readHead()).isEqualTo("HTTP/1.0 200 Connection established\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "example.com:",
        "example.com:0",
        "example.com:65536",
        "example.com:+1",
        ":443",
        "2001:db8::1:443",
        "[fe80::1%eth0]:443",
        "[2001:db8::1",
        "http://example.com:443/"
      })
  void refusesTargetsThatAreNotHostAndPort(String target) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.send("CONNECT " + target + " HTTP/1.1\r\n\r\n");

      assertThat(client.readAll()).startsWith("HTTP/1.1 400 Bad Request\r\n");
      assertThat(front.sessions()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNRESOLVED, 502",
    "REFUSED, 502",
    "UNREACHABLE, 502",
    "TIMED_OUT, 504",
    "TRANSPORT, 502",
    "REJECTED, 502",
    "ENDED, 502",
    "EXHAUSTED, 503",
    "INTERNAL, 503",
  })
  void saysWhyThereIsNoStream(Failure failure, String status) throws IOException {
    try (FrontEnd front = FrontEnd.open().failing(failure);
        TestPeer client = front.connect()) {
      String answer = client.send(CONNECT + "optimistic").readAll();

      assertThat(answer)
          .startsWith("HTTP/1.1 " + status + " ")
          .containsIgnoringCase("connection: close\r\n")
          .containsIgnoringCase("cache-control: no-store\r\n")
          .contains("server a&lt;b&gt;.example:443, connect: no luck")
          .hasSizeLessThan(2048);
    }
  }
}
