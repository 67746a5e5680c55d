package io.vmessproxy.client.cli;

import io.vmessproxy.client.serve.ServeProxy;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.ServeSettings;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code serve} says at its start: to scripts on standard output, to people in the log. */
final class ServeReport {
  private static final Logger LOG = LoggerFactory.getLogger(ServeReport.class);

  private final PrintWriter out;

  ServeReport(PrintWriter out) {
    this.out = out;
  }

  /** What works, but not as some would expect: one line for each such thing. */
  static List<String> warnings(ServeSettings settings) {
    List<String> warnings = new ArrayList<>();
    for (InboundSettings inbound : settings.inbounds()) {
      boolean target =
          settings.inbounds().stream()
              .anyMatch(other -> Objects.equals(other.detour(), inbound.tag()));
      if (inbound.users().isEmpty() && !target) {
        warnings.add(
            "inbound %s: has no client, and no --detour leads to it: nobody can use it"
                .formatted(inbound.tag()));
      }
      if (target && inbound.disableInsecureEncryption()) {
        warnings.add(
            ("inbound %s: V2Ray's clients come with aes-128-cfb where a detour sends them, and"
                    + " --disable-insecure-encryption ends such connections")
                .formatted(inbound.tag()));
      }
    }
    return warnings;
  }

  /** Logs {@link #warnings}. */
  void warn(ServeSettings settings) {
    warnings(settings).forEach(LOG::warn);
  }

  /** Says that the inbounds accept. */
  void started(ServeProxy proxy) {
    for (ServeProxy.Listener listener : proxy.listeners()) {
      out.println(listening(listener));
    }
    out.flush();
  }

  /** {@code listening vmess 127.0.0.1:10086}, IPv6 in brackets. */
  static String listening(ServeProxy.Listener listener) {
    InetSocketAddress address = listener.address();
    return "listening vmess " + StartReport.authority(address.getAddress(), address.getPort());
  }
}
