package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.vmessproxy.client.socks.PeerSocket.State;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as Linux 6.1 writes them, on machines of either byte order. */
class PeerSocketTest {
  private static final String HEAD =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode";

  private static final String LOOPBACK = little() ? "0100007F" : "7F000001";
  private static final String MAPPED =
      "0000000000000000" + (little() ? "FFFF0000" : "0000FFFF") + LOOPBACK;
  private static final String LOOPBACK6 = "0".repeat(24) + (little() ? "01000000" : "00000001");

  private final List<String> table = new ArrayList<>(List.of(HEAD));

  private static boolean little() {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  @Test
  void isOpenWhileSomebodyHoldsIt() {
    add(LOOPBACK + ":0438", LOOPBACK + ":C350", "08", "2001");
    add(LOOPBACK + ":C350", LOOPBACK + ":0438", "05", "2002");

    assertThat(stateOf("127.0.0.1")).isEqualTo(State.OPEN);
  }

  @Test
  void isClosedWhenNobodyHoldsItAnyMore() {
    add(LOOPBACK + ":0438", LOOPBACK + ":C350", "08", "2001");
    add(LOOPBACK + ":C350", LOOPBACK + ":0438", "05", "0");

    assertThat(stateOf("127.0.0.1")).isEqualTo(State.CLOSED);
  }

  @Test
  void isClosedWhenOnlyOursIsLeft() {
    add(LOOPBACK + ":0438", LOOPBACK + ":C350", "08", "2001");
    add(LOOPBACK + ":C351", LOOPBACK + ":0438", "01", "2003");

    assertThat(stateOf("127.0.0.1")).isEqualTo(State.CLOSED);
  }

  @Test
  void findsIpv4InSocketsOfIpv6() {
    add(MAPPED + ":0438", MAPPED + ":C350", "08", "2001");
    add(MAPPED + ":C350", MAPPED + ":0438", "05", "2002");

    assertThat(stateOf("127.0.0.1")).isEqualTo(State.OPEN);
  }

  @Test
  void findsIpv6() {
    add(LOOPBACK6 + ":0438", LOOPBACK6 + ":C350", "08", "2001");
    add(LOOPBACK6 + ":C350", LOOPBACK6 + ":0438", "05", "0");

    assertThat(stateOf("::1")).isEqualTo(State.CLOSED);
  }

  @Test
  void isUnknownWhereNothingIsListed() {
    assertThat(stateOf("127.0.0.1")).isEqualTo(State.UNKNOWN);
  }

  @Test
  void isUnknownOnAnotherMachine() {
    String there = little() ? "070200C0" : "C0000207";
    add(LOOPBACK + ":0438", there + ":C350", "08", "2001");

    assertThat(stateOf("192.0.2.7")).isEqualTo(State.UNKNOWN);
  }

  private void add(String local, String remote, String state, String inode) {
    table.add(
        "   %d: %s %s %s 00000000:00000000 00:00000000 00000000     0        0 %s 1 000 20 4 30"
            .formatted(table.size(), local, remote, state, inode));
  }

  private State stateOf(String host) {
    return PeerSocket.state(
        table,
        new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(host), 50000),
        new InetSocketAddress(
            NetUtil.createInetAddressFromIpAddressString(host.contains(":") ? host : "127.0.0.1"),
            1080));
  }
}
