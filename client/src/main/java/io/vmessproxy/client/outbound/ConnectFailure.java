package io.vmessproxy.client.outbound;

import io.netty.channel.ConnectTimeoutException;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.net.OutOfDescriptors;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Tells what a transport's exception means: the cause and the remedy. */
final class ConnectFailure {
  private static final String CONNECT = "connect";

  private ConnectFailure() {}

  static OutboundException of(Throwable cause, Server server) {
    if (cause instanceof TransportException layer) {
      return of(layer, server);
    }
    if (cause instanceof OutOfDescriptors) {
      return failure(
          Failure.EXHAUSTED,
          CONNECT,
          server,
          String.valueOf(cause.getMessage()),
          "raise it: ulimit -n");
    }
    String text = text(cause);
    if (cause instanceof UnknownHostException) {
      return unresolved(text, server);
    }
    if (cause instanceof ConnectTimeoutException || text.contains("timed out")) {
      return failure(
          Failure.TIMED_OUT,
          CONNECT,
          server,
          "no answer in time",
          "are address and port right, or does a firewall drop it?");
    }
    if (text.contains("not permitted") || text.contains("permission denied")) {
      return failure(
          Failure.UNREACHABLE,
          CONNECT,
          server,
          "this machine forbids it",
          "does a firewall here stop connections to that address and port?");
    }
    if (cause instanceof NoRouteToHostException || hasNoRoute(text)) {
      return failure(
          Failure.UNREACHABLE,
          CONNECT,
          server,
          "no route to it",
          isIpv6(server)
              ? "is this machine online, and has it IPv6?"
              : "is this machine online, and the address right?");
    }
    if (cause instanceof ConnectException && text.contains("refused")) {
      return failure(
          Failure.REFUSED,
          CONNECT,
          server,
          "refused",
          "is the port right, and is the server running?");
    }
    return failure(
        Failure.RESET,
        CONNECT,
        server,
        text.contains("reset") ? "connection reset" : cause.toString(),
        "does something between here and the server cut connections?");
  }

  static OutboundException of(TransportException layer, Server server) {
    String action =
        layer.action().isEmpty() ? "are the transport's settings as the server's?" : layer.action();
    return failure(layer.failure(), layer.stage(), server, layer.evidence(), action);
  }

  /** Without IPv6 there is no address to connect from, or no such sockets at all. */
  private static boolean hasNoRoute(String text) {
    return text.contains("unreachable")
        || text.contains("host is down")
        || text.contains("cannot assign requested address")
        || text.contains("address family")
        || text.contains("protocol family");
  }

  private static OutboundException unresolved(String text, Server server) {
    boolean silent =
        text.contains("temporary failure")
            || text.contains("its look-up")
            || text.contains("look-ups are");
    return failure(
        Failure.UNRESOLVED,
        "resolve",
        server,
        silent ? "no name server answers" : "its name does not resolve",
        silent ? "is this machine online, and its DNS set up?" : "is it spelled right?");
  }

  private static boolean isIpv6(Server server) {
    return server.address().address().host().indexOf(':') >= 0;
  }

  /** What the system said, in lower case; without the address behind it, which may be any word. */
  private static String text(Throwable cause) {
    String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    int address = said.lastIndexOf(": ");
    return address >= 0 && said.indexOf('/', address) >= 0 ? said.substring(0, address) : said;
  }

  private static OutboundException failure(
      Failure failure, String stage, Server server, String evidence, String action) {
    return new OutboundException(failure, stage, server.tag(), evidence, action);
  }
}
