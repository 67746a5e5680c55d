package io.vmessproxy.common.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PinnedDatagramsTest {
  private static final Destination TARGET = new Destination(Address.of("dns.example"), 53);

  private final PinnedDatagrams pinned = new PinnedDatagrams(TARGET);
  private final EmbeddedChannel channel = new EmbeddedChannel(pinned);

  @AfterEach
  void nothingIsLeft() {
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void saysOfWhatIsReadThatItCameFromTheTarget() {
    channel.writeInbound(bytes("answer"));

    Datagram read = channel.readInbound();
    assertThat(read.destination()).isEqualTo(TARGET);
    assertThat(text(read.content())).isEqualTo("answer");
  }

  @Test
  void writesDatagramsForTheTargetAsTheyAre() {
    channel.writeOutbound(new Datagram(TARGET, bytes("question")));

    assertThat(text(channel.readOutbound())).isEqualTo("question");
  }

  @Test
  void dropsDatagramsForAnotherTargetAndEmptyOnes() {
    Destination other = new Destination(Address.of("other.example"), 53);

    boolean written =
        channel.writeOutbound(
            new Datagram(other, bytes("lost")), new Datagram(TARGET, Unpooled.EMPTY_BUFFER));

    assertThat(written).isFalse();
    assertThat(pinned.dropped()).isEqualTo(2);
  }

  @Test
  void passesEndsBothWays() {
    channel.writeInbound(EndOfStream.INSTANCE);
    channel.writeOutbound(EndOfStream.INSTANCE);

    assertThat(channel.<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(channel.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static String text(ByteBuf data) {
    String text = data.toString(StandardCharsets.US_ASCII);
    data.release();
    return text;
  }
}
