package io.vmessproxy.common.vmess.inbound;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.vmessproxy.common.mux.MuxConnection;
import io.vmessproxy.common.mux.MuxLimits;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.udp.PacketAddr;
import io.vmessproxy.common.udp.PacketAddrDatagrams;
import io.vmessproxy.common.udp.PinnedDatagrams;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.util.Objects;

/**
 * Makes of a connection, behind its request header, what the header asks for.
 *
 * <pre>
 *   command       pipeline behind VmessServerStream      joined to
 *   TCP           relay                                  a connection
 *   UDP           PinnedDatagrams, relay                 a socket, for one target
 *   UDP           PacketAddrDatagrams, relay             a socket, for any
 *   MUX           MuxConnection                          one of the first two for each stream
 * </pre>
 */
final class ServerStreams {
  /** A TCP request for this name is a mux, too. Source: V2Ray, app/proxyman's mux. */
  private static final Address MUX_NAME = new Address.Domain("v1.mux.cool");

  private final VmessServer server;
  private final InboundUser user;
  private final TargetRelay relay;

  ServerStreams(VmessServer server, InboundUser user) {
    this.server = server;
    this.user = user;
    this.relay = new TargetRelay(server, user);
  }

  /**
   * Takes over {@code client}, which is not read at the moment.
   *
   * @param handshake holds what was read of the body; removed when there is someone to take it
   */
  void open(Channel client, RequestHeader header, ChannelHandler handshake) {
    SwitchAccount suggestion = server.options().detour().suggestion(user);
    client.pipeline().addLast(new VmessServerStream(header, suggestion));
    if (header.command() == Command.MUX) {
      openMux(client, handshake);
      return;
    }
    Destination destination = Objects.requireNonNull(header.destination());
    if (header.command() == Command.UDP) {
      openDatagrams(client, destination, handshake);
    } else if (destination.address().equals(MUX_NAME)) {
      openMux(client, handshake);
    } else {
      relay.connect(client, destination, new Plain(client, handshake));
    }
  }

  private void openDatagrams(Channel client, Destination destination, ChannelHandler handshake) {
    boolean addressed = PacketAddr.isTarget(destination);
    client
        .pipeline()
        .addLast(addressed ? new PacketAddrDatagrams() : new PinnedDatagrams(destination));
    relay.exchange(
        client,
        destination,
        addressed ? DatagramSources.ANYONE : DatagramSources.TARGETS,
        new Plain(client, handshake));
  }

  private void openMux(Channel client, ChannelHandler handshake) {
    MuxConnection mux = MuxConnection.server(this::accept, MuxLimits.SERVER);
    client.pipeline().addLast(mux);
    client.pipeline().remove(handshake);
    mux.start();
  }

  private void accept(Channel stream, Network network, Destination destination) {
    Sub sub = new Sub(stream);
    switch (network) {
      case TCP -> relay.connect(stream, destination, sub);
      case UDP -> relay.exchange(stream, destination, DatagramSources.ANYONE, sub);
    }
  }

  /** A connection that is one stream. */
  private record Plain(Channel client, ChannelHandler handshake) implements TargetRelay.Outcome {
    @Override
    public void joined() {
      // Not before: what was read too far of the body goes to the relay that has just been joined.
      client.pipeline().remove(handshake);
    }

    /** The protocol has no word for "the target does not answer": an empty answer must do. */
    @Override
    public void failed() {
      client.writeAndFlush(EndOfStream.INSTANCE).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** A stream in a mux. */
  private record Sub(Channel stream) implements TargetRelay.Outcome {
    @Override
    public void joined() {}

    @Override
    public void failed() {
      stream.close();
    }
  }
}
