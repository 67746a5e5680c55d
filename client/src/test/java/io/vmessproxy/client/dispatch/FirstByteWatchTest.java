package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.EndOfStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstByteWatchTest {
  private final AtomicInteger ended = new AtomicInteger();
  private final EmbeddedChannel stream =
      new EmbeddedChannel(new FirstByteWatch(ended::incrementAndGet));

  @AfterEach
  void release() {
    stream.finishAndReleaseAll();
  }

  @Test
  void tellsOnceOfAnEndBeforeTheFirstByte() {
    stream.writeOutbound(bytes());
    stream.writeInbound(EndOfStream.INSTANCE);
    stream.pipeline().fireChannelInactive();

    assertThat(ended).hasValue(1);
    assertThat(stream.<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
  }

  @Test
  void tellsOfAStreamThatBreaks() {
    stream.writeOutbound(bytes());
    stream.pipeline().fireExceptionCaught(new IOException("reset"));

    assertThat(ended).hasValue(1);
    assertThatThrownBy(stream::checkException).hasMessage("reset");
  }

  @Test
  void leavesWithTheFirstByte() {
    stream.writeOutbound(bytes());
    stream.writeInbound(bytes());
    stream.writeInbound(EndOfStream.INSTANCE);

    assertThat(ended).hasValue(0);
    assertThat(stream.pipeline().get(FirstByteWatch.class)).isNull();
    stream.<ByteBuf>readInbound().release();
    assertThat(stream.<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
  }

  @Test
  void isSilentWhereTheApplicationHasAskedForNothing() {
    stream.writeInbound(EndOfStream.INSTANCE);

    assertThat(ended).hasValue(0);
  }

  @Test
  void isSilentWhereTheApplicationHasEnded() {
    stream.writeOutbound(bytes());
    stream.writeOutbound(EndOfStream.INSTANCE);
    stream.writeInbound(EndOfStream.INSTANCE);

    assertThat(ended).hasValue(0);
  }

  @Test
  void isSilentWhereTheApplicationIsGone() {
    stream.writeOutbound(bytes());
    stream.close();

    assertThat(ended).hasValue(0);
  }

  private static ByteBuf bytes() {
    return Unpooled.wrappedBuffer(new byte[] {1});
  }
}
