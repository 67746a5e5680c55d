package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Refuses requests for the very port they came in on. */
final class LoopCheck {
  private LoopCheck() {}

  /** Throws an {@link HttpRefusal} if {@code destination} is {@code local}. */
  static void check(Destination destination, SocketAddress local) {
    if (!(local instanceof InetSocketAddress own) || own.getPort() != destination.port()) {
      return;
    }
    boolean sameAddress =
        destination.address().equals(Address.ofBytes(own.getAddress().getAddress()));
    boolean loopbackName =
        own.getAddress().isLoopbackAddress()
            && destination.address().host().equalsIgnoreCase("localhost");
    if (sameAddress || loopbackName) {
      throw new HttpRefusal(
          HttpResponseStatus.valueOf(508, "Loop Detected"),
          "The request asks the proxy for the proxy itself.");
    }
  }
}
