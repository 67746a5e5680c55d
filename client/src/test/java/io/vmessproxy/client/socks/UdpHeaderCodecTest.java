package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.client.dispatch.DatagramCounts;
import io.vmessproxy.client.dispatch.Drop;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpHeaderCodecTest {
  private final DatagramCounts counts = new DatagramCounts();

  @ParameterizedTest
  @CsvSource({
    "000000 01 01020304 0035 6869, 1.2.3.4:53",
    "000000 04 20010db8000000000000000000000001 01bb 6869, [2001:db8::1]:443",
    "000000 03 0b 6578616d706c652e636f6d 0035 6869, example.com:53",
    "000000 03 07 312e322e332e34 0035 6869, 1.2.3.4:53",
    "000000 04 00000000000000000000ffff01020304 0035 6869, 1.2.3.4:53",
    "ffff00 01 01020304 ffff 6869, 1.2.3.4:65535",
  })
  void readsEveryFormOfAddress(String hex, String destination) {
    ByteBuf in = bytes(hex);
    Datagram datagram = UdpHeaderCodec.decode(in, counts);
    in.release();

    assertThat(datagram).isNotNull();
    assertThat(datagram.destination()).hasToString(destination);
    assertThat(ByteBufUtil.hexDump(datagram.content())).isEqualTo("6869");
    datagram.release();
  }

  @ParameterizedTest
  @CsvSource({
    "'', MALFORMED",
    "00, MALFORMED",
    "00000001, MALFORMED",
    "000000 01 010203, MALFORMED",
    "000000 01 01020304 00, MALFORMED",
    "000000 04 20010db80000000000000000000000 01bb, MALFORMED",
    "000000 03 0b 6578616d706c652e636f6d 00, MALFORMED",
    "000000 03 ff 6578616d706c652e636f6d 0035 68, MALFORMED",
    "000000 03 00 0035 68, MALFORMED",
    "000000 03 01 20 0035 68, MALFORMED",
    "000000 00 01020304 0035 68, MALFORMED",
    "000000 02 01020304 0035 68, MALFORMED",
    "000000 05 01020304 0035 68, MALFORMED",
    "000000 01 01020304 0000 68, MALFORMED",
    "000001 01 01020304 0035 68, FRAGMENT",
    "000080 01 01020304 0035 68, FRAGMENT",
    "0000ff 01 01020304 0035 68, FRAGMENT",
    "000000 01 01020304 0035, EMPTY",
  })
  void dropsAndCountsWhatItCannotSend(String hex, Drop cause) {
    ByteBuf in = bytes(hex);

    assertThat(UdpHeaderCodec.decode(in, counts)).isNull();
    assertThat(counts.of(cause)).isOne();
    in.release();
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, 53, 000000 01 01020304 0035 6869",
    "2001:db8::1, 443, 000000 04 20010db8000000000000000000000001 01bb 6869",
    "example.com, 65535, 000000 03 0b 6578616d706c652e636f6d ffff 6869",
  })
  void writesTheSourceOfAnAnswer(String host, int port, String hex) {
    Datagram answer = new Datagram(new Destination(Address.of(host), port), bytes("6869"));
    ByteBuf out = UdpHeaderCodec.encode(answer, ByteBufAllocator.DEFAULT);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex.replace(" ", ""));
    out.release();
    answer.release();
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
  }
}
