package io.vmessproxy.client.socks;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The only one who may use an association, and who gets its answers: known by address, by port too
 * where the application has named it, and from the first datagram on by both.
 */
final class ExpectedSender {
  private final Address address;
  private final int port;
  private @Nullable InetSocketAddress locked;

  private ExpectedSender(Address address, int port) {
    this.address = address;
    this.port = port;
  }

  /**
   * The sender that a request names. An application that does not know its own address (a name, or
   * zero, as behind NAT) sends from where its TCP connection comes from.
   *
   * @param named the request's address
   * @param port the request's port; 0 is any
   * @param peer the other end of the TCP connection
   */
  static ExpectedSender of(@Nullable Address named, int port, InetAddress peer) {
    return new ExpectedSender(named == null || isZero(named) ? addressOf(peer) : named, port);
  }

  private static boolean isZero(Address address) {
    return address.equals(new Address.Ipv4(0)) || address.equals(new Address.Ipv6(0, 0));
  }

  /** Without an IPv6 zone, and IPv4 where IPv6 only wraps it. */
  private static Address addressOf(InetAddress address) {
    return Address.ofBytes(address.getAddress());
  }

  /** Whether a datagram from there is to be read. */
  boolean expects(InetSocketAddress sender) {
    if (locked != null) {
      return locked.equals(sender);
    }
    return (port == 0 || port == sender.getPort())
        && address.equals(addressOf(sender.getAddress()));
  }

  /** From now on nobody else is expected. */
  void lock(InetSocketAddress sender) {
    if (locked == null) {
      locked = sender;
    }
  }

  /** Where answers go; null before the first datagram. */
  @Nullable InetSocketAddress locked() {
    return locked;
  }

  /** For log lines: {@code 192.0.2.1:5000}, as far as it is known. */
  @Override
  public String toString() {
    return new Destination(address, locked == null ? port : locked.getPort()).toString();
  }
}
