package io.vmessproxy.common.net;

/** Where a stream or a datagram is to go. {@code port} is 0 to 65535. */
public record Destination(Address address, int port) {
  public Destination {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
    }
  }

  /** {@code host:port}, IPv6 in brackets. */
  @Override
  public String toString() {
    return address.authority() + ":" + port;
  }
}
