package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a listener cannot be bound, and what to do. The system's texts are all there is to go by. */
final class BindFailure {
  private BindFailure() {}

  static String message(ListenerSettings listener, @Nullable Throwable cause) {
    return "--listen: cannot listen on " + listener + ": " + reason(listener, cause);
  }

  private static String reason(ListenerSettings listener, @Nullable Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return "its name does not resolve (expected: an address of this machine, as in"
          + " --listen 127.0.0.1:1080)";
    }
    String text = cause == null ? "unknown cause" : String.valueOf(cause.getMessage());
    String lower = text.toLowerCase(Locale.ROOT);
    Address host = Address.of(listener.host());
    if (lower.contains("in use")) {
      int other = listener.port() < 0xffff ? listener.port() + 1 : listener.port() - 1;
      return "already in use (another port: --listen %s; any free one: --listen %s)"
          .formatted(new Destination(host, other), new Destination(host, 0));
    }
    if (lower.contains("denied") || lower.contains("not permitted")) {
      return "not permitted (ports below 1024 are the system's; another port: --listen %s)"
          .formatted(new Destination(host, 1080));
    }
    if (lower.contains("assign")) {
      return "not an address of this machine (this machine alone: --listen 127.0.0.1:%d)"
          .formatted(listener.port());
    }
    return text + " (another one: --listen 127.0.0.1:0)";
  }
}
