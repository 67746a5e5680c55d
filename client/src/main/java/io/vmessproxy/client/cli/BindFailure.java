package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a listener cannot be bound, and what to do. The system's texts are all there is to go by. */
final class BindFailure {
  private static final Address LOOPBACK = Address.of("127.0.0.1");

  private final String option;
  private final Address host;
  private final int port;
  private final int exampleRange;
  private final int examplePort;

  private BindFailure(String option, String host, int port, int range, int examplePort) {
    this.option = option;
    this.host = Address.of(host);
    this.port = port;
    this.exampleRange = range;
    this.examplePort = examplePort;
  }

  static String message(ListenerSettings listener, @Nullable Throwable cause) {
    return new BindFailure("--listen", listener.host(), listener.port(), 0, 1080)
        .message(listener.toString(), cause);
  }

  static String message(InboundSettings inbound, @Nullable Throwable cause) {
    int range = inbound.lastPort() - inbound.port();
    String ports = new Destination(Address.of(inbound.host()), inbound.port()).toString();
    return new BindFailure("--inbound", inbound.host(), inbound.port(), range, 10086)
        .message(range > 0 ? ports + "-" + inbound.lastPort() : ports, cause);
  }

  private String message(String shown, @Nullable Throwable cause) {
    return option + ": cannot listen on " + shown + ": " + reason(cause);
  }

  private String reason(@Nullable Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return "its name does not resolve (expected: an address of this machine, as in "
          + example(LOOPBACK, examplePort)
          + ")";
    }
    String text = cause == null ? "unknown cause" : String.valueOf(cause.getMessage());
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("in use")) {
      int behind = port + exampleRange + 1;
      return exampleRange > 0
          ? "already in use (other ports: %s)"
              .formatted(example(host, behind + exampleRange <= 0xffff ? behind : 20000))
          : "already in use (another port: %s; any free one: %s)"
              .formatted(example(host, port < 0xffff ? port + 1 : port - 1), example(host, 0));
    }
    if (lower.contains("denied") || lower.contains("not permitted")) {
      return "not permitted (ports below 1024 are the system's; another port: %s)"
          .formatted(example(host, examplePort));
    }
    if (lower.contains("assign")) {
      return "not an address of this machine (this machine alone: %s)"
          .formatted(example(LOOPBACK, port));
    }
    return text + " (another one: " + example(LOOPBACK, exampleRange > 0 ? examplePort : 0) + ")";
  }

  private String example(Address address, int first) {
    String range = exampleRange > 0 ? "-" + Math.min(first + exampleRange, 0xffff) : "";
    return option + " " + new Destination(address, first) + range;
  }
}
