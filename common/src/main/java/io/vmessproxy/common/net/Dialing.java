package io.vmessproxy.common.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One dial, from the name to the channel; all on its event loop.
 *
 * <p>The next address is tried as soon as one fails, or has not connected within a quarter of a
 * second; the first to connect wins, and the others are closed.
 *
 * <p>Source: RFC 8305, section 5.
 */
final class Dialing {
  private static final long ATTEMPT_DELAY_MILLIS = 250;

  private final Destination destination;
  private final boolean halfClosure;
  private final Predicate<InetAddress> allowed;
  private final SystemResolver resolver;
  private final EventLoop loop;
  private final Promise<Channel> promise;
  private final List<ChannelFuture> connecting = new ArrayList<>(1);
  private Iterator<InetAddress> left = List.<InetAddress>of().iterator();
  private @Nullable ScheduledFuture<?> nextAttempt;
  private boolean resolved;
  private int running;

  Dialing(
      Destination destination,
      boolean halfClosure,
      Predicate<InetAddress> allowed,
      SystemResolver resolver,
      EventLoop loop) {
    this.destination = destination;
    this.halfClosure = halfClosure;
    this.allowed = allowed;
    this.resolver = resolver;
    this.loop = loop;
    this.promise = loop.newPromise();
  }

  Future<Channel> start(Duration timeout) {
    ScheduledFuture<?> deadline =
        loop.schedule(() -> expire(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
    promise.addListener(
        done -> {
          deadline.cancel(false);
          closeLosers();
        });
    resolver.resolve(destination.address(), loop).addListener(this::resolved);
    return promise;
  }

  private void resolved(Future<? super List<InetAddress>> lookUp) {
    if (!lookUp.isSuccess()) {
      promise.tryFailure(lookUp.cause());
      return;
    }
    @SuppressWarnings("unchecked") // The listener's type loses what the resolver promises.
    List<InetAddress> addresses = (List<InetAddress>) lookUp.getNow();
    List<InetAddress> reachable = addresses.stream().filter(allowed).toList();
    if (reachable.isEmpty()) {
      promise.tryFailure(new AddressesDenied());
      return;
    }
    resolved = true;
    left = AddressOrder.interleaved(reachable).iterator();
    connectNext();
  }

  private void connectNext() {
    if (promise.isDone() || !left.hasNext()) {
      return;
    }
    InetAddress address = left.next();
    ChannelFuture connect;
    try {
      connect = bootstrap().connect(new InetSocketAddress(address, destination.port()));
    } catch (ChannelException e) {
      promise.tryFailure(OutOfDescriptors.isCauseOf(e) ? new OutOfDescriptors(e) : e);
      return;
    }
    connecting.add(connect);
    running++;
    connect.addListener(connected -> connected(connect, address));
    if (left.hasNext() && !promise.isDone()) {
      nextAttempt = loop.schedule(this::connectNext, ATTEMPT_DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void connected(ChannelFuture connect, InetAddress address) {
    running--;
    if (connect.isSuccess()) {
      resolver.worked(destination.address(), address);
      if (!promise.trySuccess(connect.channel())) {
        connect.channel().close();
      }
      return;
    }
    if (OutOfDescriptors.isCauseOf(connect.cause())) {
      promise.tryFailure(new OutOfDescriptors(connect.cause()));
    } else if (left.hasNext()) {
      cancelNextAttempt();
      connectNext();
    } else if (running == 0 && !promise.isDone()) {
      // The name may stand for other addresses by now.
      resolver.forget(destination.address());
      promise.tryFailure(connect.cause());
    }
  }

  private void expire(Duration timeout) {
    long millis = timeout.toMillis();
    if (resolved) {
      resolver.forget(destination.address());
    }
    promise.tryFailure(
        resolved
            ? new ConnectTimeoutException(
                "%s: no connection within %d ms".formatted(destination, millis))
            : new UnknownHostException(
                "%s: no answer to its look-up within %d ms"
                    .formatted(destination.address().host(), millis)));
  }

  private void closeLosers() {
    cancelNextAttempt();
    Channel winner = promise.isSuccess() ? promise.getNow() : null;
    for (ChannelFuture connect : connecting) {
      if (connect.channel() != winner) {
        connect.channel().close();
      }
    }
  }

  private void cancelNextAttempt() {
    if (nextAttempt != null) {
      nextAttempt.cancel(false);
      nextAttempt = null;
    }
  }

  private Bootstrap bootstrap() {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(EventLoops.socketChannel())
            .disableResolver()
            .handler(UnjoinedGuard.INSTANCE)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
            // The dial has a limit of its own, for the look-up and all addresses together.
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    StreamOptions.apply(bootstrap);
    return bootstrap;
  }
}
