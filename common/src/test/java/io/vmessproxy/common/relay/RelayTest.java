package io.vmessproxy.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTest {
  private static final Policy POLICY =
      new Policy(
          Duration.ofSeconds(4),
          Duration.ofSeconds(300),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5));

  private final EmbeddedChannel application = new EmbeddedChannel();
  private final EmbeddedChannel server = new EmbeddedChannel();
  private long now;

  @BeforeEach
  void join() {
    application.freezeTime();
    server.freezeTime();
    Relay.join(application, server, POLICY, () -> now).start();
  }

  @AfterEach
  void nothingIsLeft() {
    application.finish();
    server.finish();
    assertThat(written(application)).isEmpty();
    assertThat(written(server)).isEmpty();
  }

  @Test
  void copiesBothWays() {
    application.writeInbound(bytes("question"));
    server.writeInbound(bytes("answer"));

    assertThat(written(server)).isEqualTo("question");
    assertThat(written(application)).isEqualTo("answer");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 100_000})
  void stopsReadingAtAsManyWaitingBytesAsThePolicyAllows(int bufferBytes) {
    EmbeddedChannel reader = new EmbeddedChannel();
    EmbeddedChannel slow = new EmbeddedChannel(new NeverFlushes());
    Policy policy =
        new Policy(
            Duration.ofSeconds(4),
            Duration.ofSeconds(300),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            bufferBytes);
    Relay.join(reader, slow, policy).start();

    int writes = 0;
    while (reader.config().isAutoRead() && writes < 1000) {
      reader.writeInbound(bytes("0123456789".repeat(10)));
      writes++;
    }

    // What waits counts with about 100 bytes more for each write.
    assertThat(writes).isBetween(1, 1 + bufferBytes / 100);
    assertThat(writes).isGreaterThanOrEqualTo(bufferBytes / 200);
    slow.close();
    reader.close();
  }

  @Test
  void passesTheEndOfOneDirectionOnAndKeepsTheOther() {
    application.writeInbound(EndOfStream.INSTANCE);
    server.writeInbound(bytes("late"));

    assertThat(server.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(written(application)).isEqualTo("late");
    assertThat(application.isOpen()).isTrue();
  }

  @Test
  void closesBothWhenBothDirectionsHaveEnded() {
    application.writeInbound(EndOfStream.INSTANCE);
    server.writeInbound(EndOfStream.INSTANCE);

    assertThat(application.isOpen()).isFalse();
    assertThat(server.isOpen()).isFalse();
    assertThat(server.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(application.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
  }

  @Test
  void endsADirectionOnce() {
    application.writeInbound(EndOfStream.INSTANCE, EndOfStream.INSTANCE);

    assertThat(server.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(server.<Object>readOutbound()).isNull();
    assertThat(server.isOpen()).isTrue();
  }

  @Test
  void closesThePeerOfAChannelThatCloses() {
    server.close();

    assertThat(application.isOpen()).isFalse();
  }

  @Test
  void closesBothOnAnError() {
    application.pipeline().fireExceptionCaught(new IllegalStateException("broken"));

    assertThat(application.isOpen()).isFalse();
    assertThat(server.isOpen()).isFalse();
  }

  @Test
  void stopsReadingWhileThePeerCannotTakeMore() {
    server.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    server.runPendingTasks();
    assertThat(application.config().isAutoRead()).isFalse();

    server.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    server.runPendingTasks();
    assertThat(application.config().isAutoRead()).isTrue();
  }

  @Test
  void closesAfterConnIdleWithoutAByte() {
    pass(299);
    assertThat(application.isOpen()).isTrue();

    pass(2);
    assertThat(application.isOpen()).isFalse();
    assertThat(server.isOpen()).isFalse();
  }

  @Test
  void countsIdleTimeFromTheLastByte() {
    pass(299);
    server.writeInbound(bytes("x"));
    pass(299);
    assertThat(application.isOpen()).isTrue();

    pass(2);
    assertThat(application.isOpen()).isFalse();
    assertThat(written(application)).isEqualTo("x");
  }

  @Test
  void livesDownlinkOnlyAfterTheUplinkHasEnded() {
    application.writeInbound(EndOfStream.INSTANCE);
    for (int second = 0; second < 20; second += 4) {
      pass(4);
      server.writeInbound(bytes("."));
    }
    assertThat(application.isOpen()).isTrue();

    pass(6);
    assertThat(application.isOpen()).isFalse();
    assertThat(server.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
    assertThat(written(application)).isEqualTo(".....");
  }

  @Test
  void livesUplinkOnlyAfterTheDownlinkHasEnded() {
    server.writeInbound(EndOfStream.INSTANCE);
    pass(1);
    assertThat(server.isOpen()).isTrue();

    pass(2);
    assertThat(server.isOpen()).isFalse();
    assertThat(application.<Object>readOutbound()).isSameAs(EndOfStream.INSTANCE);
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now += TimeUnit.SECONDS.toNanos(1);
      application.advanceTimeBy(1, TimeUnit.SECONDS);
      application.runScheduledPendingTasks();
    }
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static String written(EmbeddedChannel channel) {
    StringBuilder all = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.append(part.toString(StandardCharsets.US_ASCII));
      part.release();
    }
    return all.toString();
  }

  /** As a socket whose peer takes nothing. */
  private static final class NeverFlushes extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext ctx) {
      // Nothing goes out.
    }
  }
}
