package io.vmessproxy.client.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.TransportException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WsStreamTest {
  /** A server's end: what it sends is not masked, and easy to read. */
  private final EmbeddedChannel channel = stream(false);

  private static EmbeddedChannel stream(boolean client) {
    ChannelInboundHandlerAdapter before = new ChannelInboundHandlerAdapter();
    EmbeddedChannel channel = new EmbeddedChannel(before);
    WsStream.addAfter(channel.pipeline().context(before), client);
    return channel;
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void receive(String hex) {
    channel.writeInbound(Unpooled.copiedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", ""))));
  }

  private String sent() {
    StringBuilder hex = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      hex.append(ByteBufUtil.hexDump(next));
      next.release();
    }
    return hex.toString();
  }

  @Test
  void aWriteIsABinaryFrame() {
    channel.writeOutbound(Unpooled.copiedBuffer(new byte[] {1, 2, 3}));

    assertThat(sent()).isEqualTo("8203010203");
  }

  @Test
  void aClientMasks() {
    EmbeddedChannel client = stream(true);
    client.writeOutbound(Unpooled.copiedBuffer(new byte[] {1, 2, 3}));
    ByteBuf frame = client.readOutbound();

    assertThat(frame.readUnsignedShort()).isEqualTo(0x8283);
    int mask = frame.readInt();
    assertThat(frame.readUnsignedMedium() ^ (mask >>> 8)).isEqualTo(0x010203);
    frame.release();
    client.finishAndReleaseAll();
  }

  @Test
  void aLongWriteIsCutAndDoneWithItsLastFrame() {
    ChannelFuture written = channel.writeAndFlush(Unpooled.buffer().writeZero(70_000));
    String sent = sent();

    assertThat(written.isSuccess()).isTrue();
    assertThat(sent).startsWith("827e8000").hasSize(2 * (70_000 + 3 * 4));
    assertThat(sent.substring(2 * (2 * 4 + 65536))).startsWith("827e1170");
  }

  @Test
  void whoeverWritesAsTheWritabilityChangesDoesNotDoSoWithinAFrame() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              private int left = 3;

              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                ctx.flush();
                if (left-- > 0) {
                  ctx.writeAndFlush(Unpooled.copiedBuffer(new byte[] {5}));
                }
              }
            });
    channel.writeAndFlush(Unpooled.buffer().writeZero(40_000));

    assertThat(sent().replaceAll("0{9999,}", "-")).isEqualTo("827e8-827e1c4-820105820105820105");
  }

  @Test
  void anEmptyWriteSendsNothingAndIsDone() {
    ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);

    assertThat(written.isSuccess()).isTrue();
    assertThat(sent()).isEmpty();
  }

  @Test
  void aPingIsAnsweredAtOnceEvenWhileNobodyReads() {
    channel.config().setAutoRead(false);
    receive("89 82 00000000 4142");

    assertThat(sent()).isEqualTo("8a024142");
    assertThat(channel.inboundMessages()).isEmpty();
  }

  @Test
  void pingsOfAPeerThatReadsNothingDoNotPileUp() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
    channel.write(Unpooled.copiedBuffer(new byte[] {1, 2, 3})); // Not flushed: it waits.
    for (int i = 0; i < 100; i++) {
      receive("89 81 00000000 %02x".formatted(i));
    }
    channel.flush();

    assertThat(sent()).isEqualTo("8203010203" + "8a0163");
  }

  @Test
  void aHeldPongIsReleasedWithItsChannel() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
    channel.write(Unpooled.copiedBuffer(new byte[] {1, 2, 3}));
    receive("89 81 00000000 01");
    channel.close();

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aCloseIsToldToThePeerFirst() {
    ChannelFuture closed = channel.close();

    assertThat(sent()).isEqualTo("880203e8");
    assertThat(closed.isSuccess()).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aCloseDoesNotWaitForAPeerThatReadsNothing() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
    channel.write(Unpooled.copiedBuffer(new byte[] {1, 2, 3}));

    assertThat(channel.close().isSuccess()).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aCloseFrameWaitsForTheSocketButNotLong() {
    EmbeddedChannel slow = new EmbeddedChannel();
    slow.freezeTime();
    ChannelOutboundHandlerAdapter stuck =
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void flush(ChannelHandlerContext ctx) {
            // The socket's buffer is full.
          }
        };
    slow.pipeline().addLast(stuck);
    WsStream.addAfter(slow.pipeline().context(stuck), false);
    slow.pipeline().close(); // The channel's own would cancel what is scheduled.

    assertThat(slow.isOpen()).isTrue();
    slow.advanceTimeBy(500, TimeUnit.MILLISECONDS);
    slow.runScheduledPendingTasks();
    assertThat(slow.isOpen()).isFalse();
    slow.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "03e8", "03e9"})
  void anOrdinaryCloseOfThePeerIsAnsweredAndEndsTheChannel(String code) {
    receive("88 8%d 00000000 %s".formatted(code.length() / 2, code));

    assertThat(channel.isOpen()).isFalse();
    assertThat(sent()).isEqualTo("880203e8");
    assertThat(LateFailure.of(channel)).isEmpty();
  }

  @Test
  void anotherCloseIsAnError() {
    assertThatThrownBy(() -> receive("88 85 00000000 03f3 6f680a"))
        .isInstanceOf(TransportException.class)
        .hasMessage("closed with code 1011 \"oh.\"");

    assertThat(channel.isOpen()).isFalse();
    assertThat(LateFailure.of(channel)).map(TransportException::stage).contains("ws");
  }

  @ParameterizedTest
  @ValueSource(strings = {"83 80 00000000", "82 01 00"})
  void aWrongFrameClosesWithItsCode(String frame) {
    assertThatThrownBy(() -> receive(frame + "000000000000"))
        .isInstanceOf(TransportException.class);

    assertThat(channel.isOpen()).isFalse();
    assertThat(sent()).isEqualTo("880203ea");
  }

  @Test
  void dataBeforeACloseArrives() {
    receive("82 81 00000000 41 88 82 00000000 03e8");
    ByteBuf data = channel.readInbound();

    assertThat(data.readByte()).isEqualTo((byte) 0x41);
    data.release();
  }
}
