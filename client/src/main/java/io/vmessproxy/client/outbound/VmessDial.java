package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.ahead.AheadTransport;
import io.vmessproxy.common.mux.XudpDatagrams;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.net.UnjoinedGuard;
import io.vmessproxy.common.udp.PacketAddr;
import io.vmessproxy.common.udp.PacketAddrDatagrams;
import io.vmessproxy.common.udp.PinnedDatagrams;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens VMess streams to one endpoint: a server, as one of its users. */
public final class VmessDial {
  /** A number that would keep the server's socket for the next stream of the same application. */
  private static final long NO_GLOBAL_ID = 0;

  private final Endpoint endpoint;
  private final OutboundTransport transport;
  private final RequestSealer sealer;
  private final ServerClock clock;
  private final SecureRandom random;
  private final DialListener dialListener;
  private final EndpointProof proof;
  private final @Nullable MuxPool mux;

  /**
   * @param clock tells the time that request headers carry; a {@link ServerClock} may be moved
   * @param handshakeTimeout the longest that a server's silence lasts before it is one
   * @param listener hears what the connections tell
   */
  public VmessDial(
      Endpoint endpoint,
      OutboundTransport transport,
      Clock clock,
      SecureRandom random,
      Duration handshakeTimeout,
      DialListener listener) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.sealer = RequestSealer.of(endpoint.user());
    this.clock = ServerClock.of(clock);
    this.random = random;
    this.dialListener = listener;
    this.proof = new EndpointProof(this, handshakeTimeout, listener);
    int streams = endpoint.server().mux();
    this.mux = streams == 0 ? null : new MuxPool(this, streams);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  SecureRandom random() {
    return random;
  }

  RequestSealer sealer() {
    return sealer;
  }

  /** Tells the time that request headers carry. */
  public ServerClock clock() {
    return clock;
  }

  /** Headers carry another time from now on; connections that were opened before are no use. */
  void setAhead(Duration ahead) {
    clock.set(ahead);
    if (mux != null) {
      mux.clear();
    }
  }

  /** What streams share is closed where it comes from an address that is gone. */
  void drop(Set<InetAddress> gone) {
    if (mux != null) {
      mux.drop(gone);
    }
  }

  /** Streams that open from now on need new connections; those that are open keep theirs. */
  void retire() {
    transport.retire();
    if (mux != null) {
      mux.retire();
    }
  }

  /**
   * Done when the server has shown that it takes the user; fails with an {@link
   * io.vmessproxy.client.session.OutboundException} that says why it does not.
   */
  public Future<Void> prove(EventLoop loop) {
    return proof.ensure(loop);
  }

  /**
   * How far the clock of a server that takes the user is ahead of this machine's, to half a minute;
   * nothing where that cannot be found out. Costs five connections and about a second.
   */
  public Future<Optional<Duration>> measureClock(EventLoop loop) {
    return ClockMeasure.start(this, proof.patience(), loop);
  }

  /** Whether the server takes the user. */
  EndpointProof proof() {
    return proof;
  }

  /**
   * A stream in the way that the server's settings want it: on its own, or in a connection that it
   * shares. It carries bytes, or {@link io.vmessproxy.common.net.Datagram}s, and leaves with the
   * first of them. Fails with an {@link io.vmessproxy.client.session.OutboundException}.
   */
  public Future<Channel> open(Network network, Destination destination, EventLoop loop) {
    if (network == Network.UDP) {
      return datagrams(destination, loop);
    }
    return mux == null
        ? connect(Command.TCP, destination, loop)
        : mux.open(network, destination, loop);
  }

  private Future<Channel> datagrams(Destination destination, EventLoop loop) {
    ResponseListener listener = proof.ofDatagrams();
    return switch (endpoint.server().udpMode()) {
      case PLAIN ->
          mux == null
              ? connect(Command.UDP, destination, listener, loop, new PinnedDatagrams(destination))
              : mux.open(Network.UDP, destination, loop);
      case XUDP ->
          connect(
              Command.MUX,
              null,
              listener,
              loop,
              new XudpDatagrams(Datagram.MAX_PAYLOAD_BYTES, NO_GLOBAL_ID));
      case PACKETADDR ->
          connect(Command.UDP, PacketAddr.TARGET, listener, loop, new PacketAddrDatagrams());
    };
  }

  /** A stream of its own whose answers count as proof. */
  Future<Channel> connect(Command command, @Nullable Destination destination, EventLoop loop) {
    return connect(command, destination, proof, loop);
  }

  /**
   * A stream of its own: its transport stands, and its request leaves with the first bytes. Fails
   * with an {@link io.vmessproxy.client.session.OutboundException}.
   *
   * @param codecs what turns the stream's bytes into what the channel is to carry
   */
  Future<Channel> connect(
      Command command,
      @Nullable Destination destination,
      ResponseListener listener,
      EventLoop loop,
      ChannelHandler... codecs) {
    return connect(
        requestHeader(command, destination, sealer), sealer, clock, listener, loop, codecs);
  }

  /** A stream for a question, under a header of another form or time. */
  Future<Channel> connect(
      RequestSealer form, Clock time, ResponseListener listener, EventLoop loop) {
    return connect(requestHeader(Command.MUX, null, form), form, time, listener, loop);
  }

  private Future<Channel> connect(
      RequestHeader header,
      RequestSealer form,
      Clock time,
      ResponseListener listener,
      EventLoop loop,
      ChannelHandler... codecs) {
    Promise<Channel> promise = loop.newPromise();
    long startNanos = System.nanoTime();
    Future<Channel> connecting = transport.open(loop);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            promise.tryFailure(ConnectFailure.of(connected.cause(), endpoint.server()));
            return;
          }
          Channel channel = connecting.getNow();
          if (!AheadTransport.isAhead(channel)) { // That one tells nothing of the way there.
            dialListener.opened(System.nanoTime() - startNanos);
          }
          channel
              .pipeline()
              .addLast(new VmessClientHandler(header, form, time, random, listener))
              .addLast(codecs)
              .addLast(UnjoinedGuard.INSTANCE);
          if (!promise.trySuccess(channel)) {
            channel.close();
          }
        });
    promise.addListener(
        done -> {
          if (done.isCancelled()) {
            connecting.cancel(false);
          }
        });
    return promise;
  }

  /**
   * A connection that says nothing by itself, and shows whether the server leaves it open.
   *
   * @param watches see what comes
   */
  Future<Channel> connectBare(EventLoop loop, ChannelHandler... watches) {
    Future<Channel> connecting = transport.open(loop);
    connecting.addListener(
        connected -> {
          if (connected.isSuccess()) {
            Channel channel = connecting.getNow();
            channel.pipeline().addLast(watches).addLast(UnjoinedGuard.INSTANCE);
            channel.config().setAutoRead(true);
          }
        });
    return connecting;
  }

  /** Ends a connection, however far it has come. */
  static void abandon(Future<Channel> connecting) {
    if (!connecting.cancel(false) && connecting.isSuccess()) {
      connecting.getNow().close();
    }
  }

  private RequestHeader requestHeader(
      Command command, @Nullable Destination destination, RequestSealer form) {
    Account user = endpoint.user();
    return new RequestHeader(
        SessionKeys.random(random, form.form()),
        user.bodyOptions(command),
        user.security(),
        command,
        destination);
  }
}
