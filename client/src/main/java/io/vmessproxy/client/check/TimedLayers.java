package io.vmessproxy.client.check;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.Layering;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts a watch on each layer to a server: tells {@link Stages} when it stands for the first time,
 * and bounds how long it takes on top of the one below.
 */
final class TimedLayers implements Layering {
  private final Stages stages;
  private final CheckSettings settings;
  private final List<Channel> connections = new ArrayList<>();
  private Optional<Duration> dated = Optional.empty();
  private @Nullable String below;

  TimedLayers(Stages stages, CheckSettings settings) {
    this.stages = stages;
    this.settings = settings;
  }

  @Override
  public OutboundTransport layer(String stage, OutboundTransport layer) {
    String under = below;
    below = stage;
    if (under == null) {
      return loop -> lowest(stage, layer.open(loop));
    }
    return loop -> bounded(stage, under, layer, loop);
  }

  /** It has a limit of its own. */
  private Future<Channel> lowest(String stage, Future<Channel> opening) {
    opening.addListener(
        opened -> {
          if (opened.isSuccess()) {
            connections.add(opening.getNow());
            stages.pass(stage);
          }
        });
    return opening;
  }

  private Future<Channel> bounded(
      String stage, String under, OutboundTransport layer, EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    // A second opening starts from the network up, and nothing tells how far it is.
    Duration limit =
        stages.hasPassed(under)
            ? settings.connectTimeout().plus(settings.handshakeTimeout())
            : settings.handshakeTimeout();
    Future<Channel> opening = layer.open(loop);
    stages.whenPassed(under, () -> expire(promise, stage, limit, loop));
    opening.addListener(
        opened -> {
          if (!opened.isSuccess()) {
            promise.tryFailure(opened.cause());
            return;
          }
          stages.pass(stage);
          dated = ServerDate.ahead(opening.getNow()).or(() -> dated);
          if (!promise.trySuccess(opening.getNow())) {
            opening.getNow().close();
          }
        });
    promise.addListener(
        done -> {
          if (!done.isSuccess()) {
            opening.cancel(false);
          }
        });
    return promise;
  }

  private static void expire(
      Promise<Channel> promise, String stage, Duration limit, EventLoop loop) {
    if (promise.isDone()) {
      return;
    }
    var deadline =
        loop.schedule(
            () -> promise.tryFailure(silent(stage, limit)), limit.toNanos(), TimeUnit.NANOSECONDS);
    promise.addListener(done -> deadline.cancel(false));
  }

  private static TransportException silent(String stage, Duration limit) {
    return new TransportException(
        Failure.TIMED_OUT,
        stage,
        "the server takes the connection, then is silent for %d ms".formatted(limit.toMillis()),
        "is the port right, and does the server speak %s there?".formatted(stage));
  }

  /** How far the server's clock is ahead by a date that a transport brought. */
  Optional<Duration> dated() {
    return dated;
  }

  /** Closes what was opened: a transport keeps shared connections for streams that never come. */
  void close() {
    connections.forEach(Channel::close);
  }
}
