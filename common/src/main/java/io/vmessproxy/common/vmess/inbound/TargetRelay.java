package io.vmessproxy.common.vmess.inbound;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.common.net.AddressesDenied;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.relay.Relay;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Opens the targets of one user's streams and relays them: of plain ones, and of those in a mux. On
 * the streams' event loop.
 */
final class TargetRelay {
  private final VmessServer server;
  private final InboundUser user;

  TargetRelay(VmessServer server, InboundUser user) {
    this.server = server;
    this.user = user;
  }

  /** How it went; one of the two is called. */
  interface Outcome {
    /** The stream is joined to its target, and is read from here on. */
    void joined();

    /** There is no target. */
    void failed();
  }

  /** Joins {@code stream}, which carries bytes and is not read yet, to a connection. */
  void connect(Channel stream, Destination destination, Outcome outcome) {
    join(
        stream,
        destination.toString(),
        server.freedom().open(destination, server.options().access(), stream.eventLoop()),
        outcome);
  }

  /**
   * Joins {@code stream}, which carries datagrams and is not read yet, to a socket.
   *
   * @param first where the first one goes, for messages
   */
  void exchange(Channel stream, Destination first, DatagramSources sources, Outcome outcome) {
    join(
        stream,
        first + " udp",
        server.freedom().datagrams(this::allowsDatagrams, sources, stream.eventLoop()),
        outcome);
  }

  private boolean allowsDatagrams(Destination named, InetAddress address) {
    boolean allowed = server.options().access().allows(named, address);
    if (!allowed) {
      // Nobody waits for an answer that could tell.
      server.log().write("user " + user, named + " udp: denied");
    }
    return allowed;
  }

  private void join(Channel stream, String target, Future<Channel> opening, Outcome outcome) {
    stream.closeFuture().addListener(closed -> opening.cancel(false));
    opening.addListener(
        opened -> {
          if (opened.isSuccess()) {
            Relay relay = Relay.join(stream, opening.getNow(), policy());
            outcome.joined();
            relay.start();
          } else if (!opening.isCancelled()) {
            server.log().write("user " + user, target + ": " + reason(opened.cause()));
            outcome.failed();
          }
        });
  }

  private static @Nullable String reason(Throwable cause) {
    return cause instanceof AddressesDenied ? cause.getMessage() : cause.toString();
  }

  private Policy policy() {
    return server.options().policies().of(user.level());
  }
}
