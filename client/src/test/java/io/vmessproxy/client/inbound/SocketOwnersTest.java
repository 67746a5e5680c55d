package io.vmessproxy.client.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SocketOwnersTest {
  @BeforeAll
  static void onLinux() {
    assumeTrue(SocketOwners.known(), "only Linux tells whose a connection is");
  }

  @Test
  void servesThisUser() throws IOException {
    try (FrontEnd front = FrontEnd.withOwners(SocketOwners.ofThisUser());
        TestPeer client = front.connect()) {
      assertThat(client.sendHex("050100").readHex(2)).isEqualTo("0500");
    }
  }

  @Test
  void servesNobodyElse() throws IOException {
    try (FrontEnd front = FrontEnd.withOwners(SocketOwners.of(4_242_424));
        TestPeer client = front.connect()) {
      client.sendHex("050100");

      assertThat(ends(client)).isTrue();
      assertThat(front.sessions()).isEmpty();
    }
  }

  /** By FIN, or by RST, since what it said is not read. */
  private static boolean ends(TestPeer client) {
    try {
      return client.readAll().isEmpty();
    } catch (IOException e) {
      return true;
    }
  }
}
