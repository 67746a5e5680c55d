package io.vmessproxy.common.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Opens plain TCP connections: looks the name up off the event loop, then tries each address. */
public final class Dialer {
  private final SystemResolver resolver;

  public Dialer(SystemResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Connects to the first address of {@code destination} that takes the connection.
   *
   * <p>The channel lives on {@code loop}, with auto-read off. Fails with {@link
   * UnknownHostException}, with the last address's exception, or after {@code timeout} for all of
   * it: with {@link ConnectTimeoutException}, or the former where the look-up took it all.
   * Cancelling the future abandons the attempt.
   *
   * @param halfClosure whether a FIN leaves the channel open for writing
   */
  public Future<Channel> dial(
      Destination destination, boolean halfClosure, Duration timeout, EventLoop loop) {
    return dial(destination, halfClosure, timeout, address -> true, loop);
  }

  /**
   * As above, passing over the addresses that are not {@code allowed}; fails with {@link
   * AddressesDenied} if none is.
   */
  public Future<Channel> dial(
      Destination destination,
      boolean halfClosure,
      Duration timeout,
      Predicate<InetAddress> allowed,
      EventLoop loop) {
    Attempt attempt = new Attempt(destination, halfClosure, allowed, loop);
    var deadline =
        loop.schedule(() -> attempt.expire(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
    attempt.promise.addListener(done -> deadline.cancel(false));
    resolver.resolve(destination.address(), loop).addListener(attempt::resolved);
    return attempt.promise;
  }

  /** What looks the names up. */
  public SystemResolver resolver() {
    return resolver;
  }

  /** One dial, from the name to the channel; all on its event loop. */
  private static final class Attempt {
    private final Destination destination;
    private final boolean halfClosure;
    private final Predicate<InetAddress> allowed;
    private final EventLoop loop;
    private final Promise<Channel> promise;
    private @Nullable ChannelFuture connecting;

    Attempt(
        Destination destination,
        boolean halfClosure,
        Predicate<InetAddress> allowed,
        EventLoop loop) {
      this.destination = destination;
      this.halfClosure = halfClosure;
      this.allowed = allowed;
      this.loop = loop;
      this.promise = loop.newPromise();
      promise.addListener(
          done -> {
            if (!done.isSuccess() && connecting != null) {
              connecting.channel().close();
            }
          });
    }

    void resolved(Future<? super List<InetAddress>> lookUp) {
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
      connect(reachable.iterator());
    }

    private void connect(Iterator<InetAddress> addresses) {
      if (promise.isDone()) {
        return;
      }
      connecting = bootstrap().connect(new InetSocketAddress(addresses.next(), destination.port()));
      connecting.addListener(
          connected -> {
            if (connected.isSuccess()) {
              succeed(connecting.channel());
            } else if (addresses.hasNext()) {
              connect(addresses);
            } else {
              promise.tryFailure(connected.cause());
            }
          });
    }

    private void succeed(Channel channel) {
      if (!promise.trySuccess(channel)) {
        channel.close();
      }
    }

    void expire(Duration timeout) {
      long millis = timeout.toMillis();
      promise.tryFailure(
          connecting == null
              ? new UnknownHostException(
                  "%s: no answer to its look-up within %d ms"
                      .formatted(destination.address().host(), millis))
              : new ConnectTimeoutException(
                  "%s: no connection within %d ms".formatted(destination, millis)));
    }

    private Bootstrap bootstrap() {
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop)
              .channel(EventLoops.socketChannel())
              .disableResolver()
              .handler(UnjoinedGuard.INSTANCE)
              .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
              // The attempt has a limit of its own, for the look-up and all addresses together.
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
      StreamOptions.apply(bootstrap);
      return bootstrap;
    }
  }
}
