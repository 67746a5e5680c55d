package io.vmessproxy.common.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One dial, from the name to the channel; all on its event loop. */
final class Dialing implements ConnectRace.Judge {
  private final SystemResolver resolver;
  private final Destination destination;
  private final boolean halfClosure;
  private final Predicate<InetAddress> allowed;
  private final EventLoop loop;
  private final Promise<Channel> promise;
  private List<InetAddress> answer = List.of();
  private @Nullable ConnectRace race;

  Dialing(
      SystemResolver resolver,
      Destination destination,
      boolean halfClosure,
      Predicate<InetAddress> allowed,
      EventLoop loop) {
    this.resolver = resolver;
    this.destination = destination;
    this.halfClosure = halfClosure;
    this.allowed = allowed;
    this.loop = loop;
    this.promise = loop.newPromise();
  }

  Future<Channel> start(Duration timeout) {
    var deadline = loop.schedule(() -> expire(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
    promise.addListener(
        done -> {
          deadline.cancel(false);
          if (!done.isSuccess() && race != null) {
            race.stop();
          }
        });
    resolver.resolve(destination.address(), loop).addListener(this::resolved);
    return promise;
  }

  private void resolved(Future<? super List<InetAddress>> lookUp) {
    if (promise.isDone()) {
      return;
    }
    if (!lookUp.isSuccess()) {
      promise.tryFailure(lookUp.cause());
      return;
    }
    @SuppressWarnings("unchecked") // The listener's type loses what the resolver promises.
    List<InetAddress> addresses = (List<InetAddress>) lookUp.getNow();
    answer = addresses;
    List<InetAddress> reachable = reachable();
    if (reachable.isEmpty()) {
      promise.tryFailure(new AddressesDenied());
      return;
    }
    race =
        new ConnectRace(
            bootstrap(), loop, AddressOrder.interleaved(reachable), destination.port(), this);
    race.start();
  }

  private List<InetAddress> reachable() {
    if (answer.stream().allMatch(allowed)) {
      return answer;
    }
    return answer.stream().filter(allowed).toList();
  }

  @Override
  public void won(Channel channel, InetAddress address) {
    if (!address.equals(answer.get(0))) {
      resolver.worked(destination.address(), address);
    }
    if (!promise.trySuccess(channel)) {
      channel.close();
    }
  }

  @Override
  public void lost(Throwable cause) {
    if (!(cause instanceof OutOfDescriptors)) {
      resolver.forget(destination.address(), answer);
    }
    promise.tryFailure(cause);
  }

  private void expire(Duration timeout) {
    if (promise.isDone()) {
      return;
    }
    long millis = timeout.toMillis();
    if (race == null) {
      promise.tryFailure(
          new UnknownHostException(
              "%s: no answer to its look-up within %d ms"
                  .formatted(destination.address().host(), millis)));
      return;
    }
    lost(
        race.orBetter(
            new ConnectTimeoutException(
                "%s: no connection within %d ms".formatted(destination, millis))));
  }

  private Bootstrap bootstrap() {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(EventLoops.socketChannel())
            .disableResolver()
            .handler(UnjoinedGuard.INSTANCE)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
            // A dial has a limit of its own, for the look-up and all addresses together.
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    StreamOptions.apply(bootstrap);
    return bootstrap;
  }
}
