package io.vmessproxy.client.outbound;

import io.netty.channel.ConnectTimeoutException;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.TransportException;
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
    if (cause instanceof UnknownHostException) {
      return unresolved(cause, server);
    }
    if (cause instanceof ConnectTimeoutException || says(cause, "timed out")) {
      return failure(
          Failure.TIMED_OUT,
          CONNECT,
          server,
          "no answer in time",
          "are address and port right, or does a firewall drop it?");
    }
    if (says(cause, "not permitted") || says(cause, "permission denied")) {
      return failure(
          Failure.UNREACHABLE,
          CONNECT,
          server,
          "this machine forbids it",
          "does a firewall here stop connections to that address and port?");
    }
    if (cause instanceof NoRouteToHostException || hasNoRoute(cause)) {
      return failure(
          Failure.UNREACHABLE,
          CONNECT,
          server,
          "no route to it",
          isIpv6(server)
              ? "is this machine online, and has it IPv6?"
              : "is this machine online, and the address right?");
    }
    if (cause instanceof ConnectException && says(cause, "refused")) {
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
        says(cause, "reset") ? "connection reset" : cause.toString(),
        "does something between here and the server cut connections?");
  }

  static OutboundException of(TransportException layer, Server server) {
    String action =
        layer.action().isEmpty() ? "are the transport's settings as the server's?" : layer.action();
    return failure(layer.failure(), layer.stage(), server, layer.evidence(), action);
  }

  /** Without IPv6 there is no address to connect from, or no such sockets at all. */
  private static boolean hasNoRoute(Throwable cause) {
    return says(cause, "unreachable")
        || says(cause, "host is down")
        || says(cause, "cannot assign requested address")
        || says(cause, "family");
  }

  private static OutboundException unresolved(Throwable cause, Server server) {
    boolean silent = says(cause, "temporary failure") || says(cause, "look-up");
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

  private static boolean says(Throwable cause, String word) {
    return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(word);
  }

  private static OutboundException failure(
      Failure failure, String stage, Server server, String evidence, String action) {
    return new OutboundException(failure, stage, server.tag(), evidence, action);
  }
}
