package io.vmessproxy.client.transport;

import io.netty.util.NetUtil;
import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;

/**
 * The server as HTTP sees it.
 *
 * @param tls null: none
 */
public record Origin(Destination server, @Nullable TlsSettings tls) {
  /** {@code https} or {@code http}. */
  public String scheme() {
    return tls == null ? "http" : "https";
  }

  /**
   * The Host header of a node that names none: the TLS name if there is one, else the address, with
   * the port unless it is the scheme's own.
   */
  public String host() {
    if (tls != null && tls.serverName() != null) {
      return tls.serverName();
    }
    String address = server.address().host();
    String host = NetUtil.isValidIpV6Address(address) ? "[" + address + "]" : address;
    return server.port() == (tls == null ? 80 : 443) ? host : host + ":" + server.port();
  }
}
