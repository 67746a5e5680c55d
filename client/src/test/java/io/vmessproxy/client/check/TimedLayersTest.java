package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.check.Report.Stage;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class TimedLayersTest {
  private static final Duration HANDSHAKE = Duration.ofMillis(200);

  private final EventLoop loop = new DefaultEventLoop();
  private final Stages stages = new Stages(System::nanoTime);
  private final TimedLayers layers =
      new TimedLayers(
          stages,
          new CheckSettings(
              CheckSettings.USUAL_URL,
              Duration.ofMillis(100),
              HANDSHAKE,
              HANDSHAKE,
              ClockOffset.NONE,
              true));
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Promise<Channel> tls = loop.newPromise();
  private final Promise<Channel> ws = loop.newPromise();

  @AfterEach
  void stop() {
    channel.finishAndReleaseAll();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void passesOnWhatStandsAndTellsEachStage() {
    tls.setSuccess(channel);
    ws.setSuccess(channel);

    Future<Channel> opening = open();

    assertThat(opening.getNow()).isSameAs(channel);
    assertThat(stages.passed()).extracting(Stage::name).containsExactly("connect", "tls", "ws");
  }

  @Test
  void givesUpALayerThatStalls() {
    Future<Channel> opening = open();

    assertThat(opening.cause())
        .isInstanceOfSatisfying(
            TransportException.class,
            failure -> {
              assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
              assertThat(failure.stage()).isEqualTo("tls");
              assertThat(failure.evidence()).contains("silent for 200 ms");
            });
    assertThat(tls.isCancelled()).as("abandoned").isTrue();
    assertThat(stages.passed()).extracting(Stage::name).containsExactly("connect");
  }

  @Test
  void countsALayersTimeFromTheOneBelow() {
    tls.setSuccess(channel);

    Future<Channel> opening = open();

    assertThat(opening.cause())
        .isInstanceOfSatisfying(
            TransportException.class, failure -> assertThat(failure.stage()).isEqualTo("ws"));
  }

  @Test
  void passesOnAFailure() {
    IOException cause = new IOException("reset");
    tls.setFailure(cause);

    assertThat(open().cause()).isSameAs(cause);
  }

  @Test
  void closesTheConnectionsThatWereOpened() {
    tls.setSuccess(channel);
    ws.setSuccess(channel);
    open();

    loop.submit(layers::close).syncUninterruptibly();

    assertThat(channel.isOpen()).isFalse();
  }

  /** The three layers, each of which opens the one below. */
  private Future<Channel> open() {
    OutboundTransport connect = layers.layer("connect", at -> loop.newSucceededFuture(channel));
    OutboundTransport secured = layers.layer("tls", at -> above(connect, at, tls));
    OutboundTransport framed = layers.layer("ws", at -> above(secured, at, ws));
    Promise<Channel> done = loop.newPromise();
    loop.execute(
        () -> {
          Future<Channel> opening = framed.open(loop);
          opening.addListener(
              opened -> {
                if (opened.isSuccess()) {
                  done.setSuccess(opening.getNow());
                } else {
                  done.setFailure(opened.cause());
                }
              });
        });
    return done.awaitUninterruptibly();
  }

  private static Future<Channel> above(
      OutboundTransport below, EventLoop loop, Promise<Channel> own) {
    below
        .open(loop)
        .addListener(
            opened -> {
              if (!opened.isSuccess()) {
                own.tryFailure(opened.cause());
              }
            });
    return own;
  }
}
