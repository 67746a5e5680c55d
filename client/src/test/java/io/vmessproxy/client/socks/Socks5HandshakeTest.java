package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.common.net.Address;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Socks5HandshakeTest {
  /** As curl sends it: no login, example.com:80. */
  private static final String GREETING = "05020001";

  private static final String REQUEST = "050100030b6578616d706c652e636f6d0050";
  private static final String SUCCESS = "05000001000000000000";

  @Test
  void carriesAConversationInTurns() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:80", server);
        TestPeer client = front.connect()) {
      assertThat(client.sendHex(GREETING).readHex(2)).isEqualTo("0500");
      assertThat(client.sendHex(REQUEST).readHex(10)).isEqualTo(SUCCESS);

      try (TestPeer target = server.accept()) {
        client.send("ping");
        assertThat(target.readText(4)).isEqualTo("ping");
        target.send("pong").finish();
        assertThat(client.readText(4)).isEqualTo("pong");
        client.finish();
        assertThat(target.readAll()).isEmpty();
        assertThat(client.readAll()).isEmpty();
      }
    }
  }

  @Test
  void takesAllInOnePacketWithTheFirstBytesAndTheEndBehind() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:80", server);
        TestPeer client = front.connect()) {
      client.sendHex(GREETING + REQUEST + "68656c6c6f").finish();

      assertThat(client.readHex(12)).isEqualTo("0500" + SUCCESS);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("hello");
        target.send("bye").finish();
        assertThat(client.readAll()).isEqualTo("bye");
      }
    }
  }

  @Test
  void takesItByteByByte() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.withLogin("me", "pass").route("example.com:80", server);
        TestPeer client = front.connect()) {
      byte[] all = HexFormat.of().parseHex("050102" + "01026d650470617373" + REQUEST + "6869");
      client.sendByteByByte(all).finish();

      assertThat(client.readHex(14)).isEqualTo("05020100" + SUCCESS);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("hi");
      }
    }
  }

  @Test
  void refusesAWrongPassword() throws IOException {
    try (FrontEnd front = FrontEnd.withLogin("me", "pass");
        TestPeer client = front.connect()) {
      client.sendHex("050102" + "01026d650470617374" + REQUEST);

      assertThat(client.readHex(4)).isEqualTo("05020101");
      assertThat(client.readAll()).isEmpty();
      assertThat(front.sessions()).isEmpty();
    }
  }

  @Test
  void refusesAnotherLoginVersion() throws IOException {
    try (FrontEnd front = FrontEnd.withLogin("me", "pass");
        TestPeer client = front.connect()) {
      client.sendHex("050102" + "05026d650470617373");

      assertThat(client.readHex(4)).isEqualTo("05020101");
    }
  }

  @Test
  void refusesApplicationsWithoutALoginWhereOneIsRequired() throws IOException {
    try (FrontEnd front = FrontEnd.withLogin("me", "pass");
        TestPeer client = front.connect()) {
      assertThat(client.sendHex("05020001").readAll()).isEqualTo("\u0005\u00ff");
    }
  }

  @Test
  void takesAnyLoginWhereNoneIsRequiredAndNothingElseIsOffered() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:80", server);
        TestPeer client = front.connect()) {
      client.sendHex("050102" + "010000" + REQUEST);

      assertThat(client.readHex(14)).isEqualTo("05020100" + SUCCESS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0500", "050101", "05028001"})
  void refusesGreetingsWithoutAUsableMethod(String greeting) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      assertThat(client.sendHex(greeting).readAll()).isEqualTo("\u0005\u00ff");
    }
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "BIND,                  05020001010203040050, 07",
    "Tor RESOLVE,           05f000030178 0050,    07",
    "Tor RESOLVE_PTR,       05f10001010203040050, 07",
    "address type 2,        050100020102,         08",
    "no name,               05010003000050,       01",
    "a name with a space,   0501000303612062 0050, 01",
    "port 0,                05010001010203040000, 01",
    "request version 4,     04010001010203040050, 01",
  })
  void refusesWhatItCannotDo(String what, String request, String code) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.sendHex("050100" + request);

      assertThat(client.readHex(12)).isEqualTo("0500" + "05" + code + "0001000000000000");
      assertThat(client.readAll()).isEmpty();
      assertThat(front.sessions()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNRESOLVED, 04",
    "REFUSED, 05",
    "UNREACHABLE, 03",
    "TIMED_OUT, 04",
    "TRANSPORT, 01",
    "REJECTED, 01",
    "ENDED, 01",
    "EXHAUSTED, 01",
    "INTERNAL, 01",
  })
  void saysWhyThereIsNoStream(Failure failure, String code) throws IOException {
    try (FrontEnd front = FrontEnd.open().failing(failure);
        TestPeer client = front.connect()) {
      client.sendHex("050100" + REQUEST + "6869");

      assertThat(client.readHex(12)).isEqualTo("0500" + "05" + code + "0001000000000000");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "01 7f000001 0050, 127.0.0.1:80",
    "04 20010db8000000000000000000000001 01bb, [2001:db8::1]:443",
    "04 00000000000000000000ffff01020304 01bb, 1.2.3.4:443",
    "03 07 312e322e332e34 01bb, 1.2.3.4:443",
    "03 0b 323030313a6462383a3a31 01bb, [2001:db8::1]:443",
    "03 0d 5b323030313a6462383a3a315d 01bb, [2001:db8::1]:443",
    "03 0c 6578616d706c652e636f6d2e 01bb, example.com.:443",
  })
  void readsEveryFormOfAddress(String address, String destination) throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route(destination, server);
        TestPeer client = front.connect()) {
      client.sendHex("050100" + "050100" + address);

      assertThat(client.readHex(12)).isEqualTo("0500" + SUCCESS);
      assertThat(front.sessions())
          .singleElement()
          .satisfies(s -> assertThat(s.destination()).hasToString(destination))
          .satisfies(s -> assertThat(s.inbound()).isEqualTo("socks5"));
    }
  }

  @Test
  void leavesNamesUnresolved() throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.sendHex("050100" + REQUEST).readHex(12);

      assertThat(front.sessions().get(0).destination().address())
          .isEqualTo(new Address.Domain("example.com"));
    }
  }

  @Test
  void closesWhenTheApplicationEndsAmidItsRequest() throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.sendHex("050100" + "0501").finish();

      assertThat(client.readHex(2)).isEqualTo("0500");
      assertThat(client.readAll()).isEmpty();
    }
  }
}
