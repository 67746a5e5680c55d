package io.vmessproxy.common.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which addresses of a name are tried: as the system says, but the families by turns,
 * so that a broken one costs a single attempt.
 *
 * <p>Source: RFC 8305, section 4.
 */
final class AddressOrder {
  private AddressOrder() {}

  static List<InetAddress> interleaved(List<InetAddress> addresses) {
    if (addresses.size() < 3) {
      return addresses;
    }
    boolean firstIsIpv6 = addresses.get(0) instanceof Inet6Address;
    List<InetAddress> first = family(addresses, firstIsIpv6);
    List<InetAddress> second = family(addresses, !firstIsIpv6);
    List<InetAddress> all = new ArrayList<>(addresses.size());
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      if (i < first.size()) {
        all.add(first.get(i));
      }
      if (i < second.size()) {
        all.add(second.get(i));
      }
    }
    return all;
  }

  private static List<InetAddress> family(List<InetAddress> addresses, boolean ipv6) {
    return addresses.stream().filter(address -> address instanceof Inet6Address == ipv6).toList();
  }
}
