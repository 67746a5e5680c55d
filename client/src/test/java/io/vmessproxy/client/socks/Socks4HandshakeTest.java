package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import io.vmessproxy.client.session.Failure;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class Socks4HandshakeTest {
  /** As curl --socks4a sends it: example.com:80. */
  private static final String NAMED = "0401005000000001006578616d706c652e636f6d00";

  private static final String GRANTED = "005a000000000000";
  private static final String REJECTED = "005b000000000000";

  @ParameterizedTest
  @CsvSource({
    "0401005001020304 00, 1.2.3.4:80",
    "0401005001020304 6d6500, 1.2.3.4:80",
    "0401005000000001 00 6578616d706c652e636f6d00, example.com:80",
    "0401005000000001 6d6500 312e322e332e3400, 1.2.3.4:80",
    "0401005000000000 00, 0.0.0.0:80",
    "0401005000010001 00, 0.1.0.1:80",
  })
  void readsAddressesAndNames(String request, String destination) throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route(destination, server);
        TestPeer client = front.connect()) {
      client.sendHex(request);

      assertThat(client.readHex(8)).isEqualTo(GRANTED);
      assertThat(front.sessions())
          .singleElement()
          .satisfies(s -> assertThat(s.destination()).hasToString(destination))
          .satisfies(s -> assertThat(s.inbound()).isEqualTo("socks4"));
    }
  }

  @Test
  void takesItByteByByteWithTheFirstBytesAndTheEndBehind() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:80", server);
        TestPeer client = front.connect()) {
      client.sendByteByByte(HexFormat.of().parseHex(NAMED + "6869")).finish();

      assertThat(client.readHex(8)).isEqualTo(GRANTED);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("hi");
        target.send("ho").finish();
        assertThat(client.readAll()).isEqualTo("ho");
      }
    }
  }

  @Test
  void takesAllInOnePacket() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("example.com:80", server);
        TestPeer client = front.connect()) {
      client.sendHex(NAMED + "6869").finish();

      assertThat(client.readHex(8)).isEqualTo(GRANTED);
      try (TestPeer target = server.accept()) {
        assertThat(target.readAll()).isEqualTo("hi");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "BIND, 0402005001020304 00",
    "port 0, 0401000001020304 00",
    "no name, 0401005000000001 0000",
    "a name with a space, 0401005000000001 00 20 00",
  })
  void rejectsWhatItCannotDo(String what, String request) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      assertThat(client.sendHex(request).readHex(8)).isEqualTo(REJECTED);
      assertThat(client.readAll()).isEmpty();
      assertThat(front.sessions()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"0401005001020304", "040100500000000100"})
  void rejectsATextWithoutEnd(String start) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.sendHex(start + "61".repeat(256));

      assertThat(client.readHex(8)).isEqualTo(REJECTED);
    }
  }

  @Test
  void hasNoPasswordSoItIsRejectedWhereOneIsRequired() throws IOException {
    try (FrontEnd front = FrontEnd.withLogin("me", "pass");
        TestPeer client = front.connect()) {
      assertThat(client.sendHex(NAMED).readHex(8)).isEqualTo(REJECTED);
      assertThat(client.readAll()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void rejectsWhenThereIsNoStream(Failure failure) throws IOException {
    try (FrontEnd front = FrontEnd.open().failing(failure);
        TestPeer client = front.connect()) {
      assertThat(client.sendHex(NAMED).readHex(8)).isEqualTo(REJECTED);
      assertThat(client.readAll()).isEmpty();
    }
  }
}
