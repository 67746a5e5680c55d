package io.vmessproxy.common.net;

import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Opens plain TCP connections: looks the name up off the event loop, then tries its addresses
 * ({@link Dialing}).
 */
public final class Dialer {
  private final SystemResolver resolver;

  public Dialer(SystemResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Connects to the address of {@code destination} that takes the connection first.
   *
   * <p>The channel lives on {@code loop}, with auto-read off. Fails with {@link
   * UnknownHostException}; with the exception of the address that told the most; with {@link
   * OutOfDescriptors} where this machine opens no more sockets; or after {@code timeout} for all of
   * it: with {@link ConnectTimeoutException} unless an address has told more, or with the first
   * where the look-up took it all. Cancelling the future abandons all attempts.
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
    return new Dialing(resolver, destination, halfClosure, allowed, loop).start(timeout);
  }

  /** What looks the names up. */
  public SystemResolver resolver() {
    return resolver;
  }
}
