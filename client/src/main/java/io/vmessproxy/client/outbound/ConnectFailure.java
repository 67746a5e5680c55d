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
  private ConnectFailure() {}

  static OutboundException of(Throwable cause, Server server) {
    if (cause instanceof TransportException layer) {
      return failure(layer.failure(), layer.stage(), server, layer.evidence(), layer.action());
    }
    if (cause instanceof UnknownHostException) {
      return failure(
          Failure.UNRESOLVED,
          "resolve",
          server,
          "its name does not resolve",
          "is it spelled right?");
    }
    if (cause instanceof ConnectTimeoutException) {
      return failure(
          Failure.TIMED_OUT,
          "connect",
          server,
          "no answer in time",
          "is the address right, or a firewall in between?");
    }
    if (cause instanceof NoRouteToHostException || says(cause, "unreachable")) {
      return failure(
          Failure.UNREACHABLE, "connect", server, "no route to it", "is this machine online?");
    }
    if (cause instanceof ConnectException && says(cause, "refused")) {
      return failure(
          Failure.REFUSED,
          "connect",
          server,
          "refused",
          "is the port right, and is the server running?");
    }
    return failure(Failure.RESET, "connect", server, cause.toString(), "");
  }

  private static boolean says(Throwable cause, String word) {
    return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(word);
  }

  private static OutboundException failure(
      Failure failure, String stage, Server server, String evidence, String action) {
    return new OutboundException(failure, stage, server.tag(), evidence, action);
  }
}
