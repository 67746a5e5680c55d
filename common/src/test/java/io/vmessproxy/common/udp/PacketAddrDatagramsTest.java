package io.vmessproxy.common.udp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketAddrDatagramsTest {
  private final PacketAddrDatagrams handler = new PacketAddrDatagrams();
  private final EmbeddedChannel channel = new EmbeddedChannel(handler);

  @AfterEach
  void nothingIsLeft() {
    assertThat(channel.finish()).isFalse();
  }

  static List<JsonObject> vectors() {
    List<JsonObject> vectors = Vectors.of("mux", "packetaddr", all -> true);
    assertThat(vectors).hasSize(2);
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void writesTheAddressInFrontOfThePayload(JsonObject vector) {
    channel.writeOutbound(datagram(vector));

    ByteBuf out = channel.readOutbound();
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(Vectors.text(vector, "wire"));
    out.release();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void readsTheAddressOffThePayload(JsonObject vector) {
    channel.writeInbound(Unpooled.wrappedBuffer(Vectors.bytes(vector, "wire")));

    Datagram read = channel.readInbound();
    assertThat(read).isEqualTo(datagram(vector));
    read.release();
  }

  private static Datagram datagram(JsonObject vector) {
    return new Datagram(
        new Destination(Address.of(Vectors.text(vector, "ip")), Vectors.number(vector, "port")),
        Unpooled.wrappedBuffer(Vectors.bytes(vector, "payload")));
  }

  @Test
  void readsMappedIpv4AsIpv4() {
    channel.writeInbound(bytes("0200000000000000000000ffffc00002010035ff"));

    Datagram read = channel.readInbound();
    assertThat(read.destination()).hasToString("192.0.2.1:53");
    read.release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "01", "01c000020100", "03c00002010035", "0220010db8", "ffff"})
  void dropsWhatHasNoAddress(String wire) {
    channel.writeInbound(bytes(wire));

    assertThat(handler.dropped()).isEqualTo(1);
  }

  @Test
  void dropsADatagramForANameBecauseItHasNoForm() {
    channel.writeOutbound(
        new Datagram(new Destination(Address.of("example.com"), 53), bytes("00")));

    assertThat(handler.dropped()).isEqualTo(1);
  }

  @Test
  void passesEndsBothWays() {
    channel.writeInbound(EndOfStream.INSTANCE);
    channel.writeOutbound(EndOfStream.INSTANCE);

    assertThat(channel.<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(channel.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
  }

  @Test
  void knowsItsTargetWhateverThePort() {
    Address name = Address.of("sp.packet-addr.v2fly.arpa");

    assertThat(PacketAddr.isTarget(PacketAddr.TARGET)).isTrue();
    assertThat(PacketAddr.isTarget(new Destination(name, 443))).isTrue();
    assertThat(PacketAddr.isTarget(new Destination(Address.of("example.com"), 0))).isFalse();
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
  }
}
