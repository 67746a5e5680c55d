package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.bytes;
import static io.vmessproxy.common.mux.WireFrames.destination;
import static io.vmessproxy.common.mux.WireFrames.end;
import static io.vmessproxy.common.mux.WireFrames.keep;
import static io.vmessproxy.common.mux.WireFrames.open;
import static io.vmessproxy.common.mux.WireFrames.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class XudpDatagramsTest {
  private final XudpDatagrams xudp = new XudpDatagrams(65507, 0x0102030405060708L);
  private final EmbeddedChannel channel = new EmbeddedChannel(xudp);

  @AfterEach
  void nothingIsLeft() {
    assertThat(channel.finish()).isFalse();
  }

  /** Vectors: mux.json, "XUDP New with 8-byte global id", "XUDP Keep with per-packet address". */
  @Test
  void opensWithTheFirstDatagramAndNamesEachOnesAddress() {
    write("8.8.8.8:53", "q");
    write("1.1.1.1:5353", "r");

    assertThat(hex()).isEqualTo("00140000010102003501080808080102030405060708000171");
    assertThat(hex()).isEqualTo("000c000002010214e90101010101000172");
  }

  @Test
  void leavesTheGlobalIdOutIfThereIsNone() {
    EmbeddedChannel plain = new EmbeddedChannel(new XudpDatagrams(65507, 0));
    plain.writeOutbound(new Datagram(destination("8.8.8.8:53"), bytes("q")));

    assertThat(ByteBufUtil.hexDump((ByteBuf) plain.outboundMessages().peek()))
        .isEqualTo("000c000001010200350108080808000171");
    plain.finishAndReleaseAll();
  }

  @Test
  void readsDatagramsFromTheirSourceOrElseTheFirstTarget() {
    write("dns.example:53", "q");
    written(channel);
    channel.writeInbound(
        keep(0, "1.1.1.1:99", "a"),
        WireFrames.encode(new MuxFrame.KeepAlive(0, true), bytes("zz")),
        WireFrames.encode(new MuxFrame.Keep(0, false, null)),
        keep(0, "b"));

    assertThat(read()).isEqualTo("1.1.1.1:99=a");
    assertThat(read()).isEqualTo("dns.example:53=b");
  }

  @Test
  void readsDatagramsThatComeByteByByte() {
    ByteBuf wire = keep(0, "1.1.1.1:99", "whole");
    while (wire.isReadable()) {
      channel.writeInbound(wire.readRetainedSlice(1));
    }
    wire.release();

    assertThat(read()).isEqualTo("1.1.1.1:99=whole");
  }

  @Test
  void endsWithTheServersEnd() {
    channel.writeInbound(end(0), keep(0, "1.1.1.1:99", "late"), EndOfStream.INSTANCE);

    assertThat(channel.<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(channel.<Object>readInbound()).isNull();
  }

  @Test
  void endsWhenTheServerOpensSomething() {
    channel.writeInbound(open(0, Network.UDP, "8.8.8.8:53", "data"));

    assertThat(channel.<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
  }

  @Test
  void sendsAnEndWithItsOwn() {
    write("8.8.8.8:53", "q");
    channel.writeOutbound(EndOfStream.INSTANCE);

    assertThat(written(channel))
        .containsExactly("New 0 UDP 8.8.8.8:53 [q]", "End 0", "EndOfStream");
  }

  @Test
  void dropsWhatIsEmptyTooLongOrFromNowhere() {
    write("8.8.8.8:53", "");
    write("8.8.8.8:53", "x".repeat(65508));
    channel.writeInbound(keep(0, "from nowhere"));

    assertThat(xudp.dropped()).isEqualTo(3);
  }

  @Test
  void failsAtWrongFramesWithoutAnEnd() {
    assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 1, 0, 0})))
        .isInstanceOf(MuxException.class);
    channel.writeInbound(keep(0, "1.1.1.1:99", "late"), EndOfStream.INSTANCE);

    assertThat(channel.<Object>readInbound()).isNull();
  }

  private void write(String destination, String payload) {
    channel.writeOutbound(new Datagram(destination(destination), bytes(payload)));
  }

  private String hex() {
    ByteBuf out = channel.readOutbound();
    String hex = ByteBufUtil.hexDump(out);
    out.release();
    return hex;
  }

  private String read() {
    Datagram read = channel.readInbound();
    String text = read.destination() + "=" + read.content().toString(StandardCharsets.ISO_8859_1);
    read.release();
    return text;
  }
}
