package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.UnjoinedGuard;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens VMess streams to one endpoint: a server, as one of its users. */
public final class VmessDial {
  private final Endpoint endpoint;
  private final OutboundTransport transport;
  private final RequestSealer sealer;
  private final Clock clock;
  private final SecureRandom random;
  private final EndpointProof proof;

  /**
   * @param clock tells the time that request headers carry
   * @param handshakeTimeout for the server to show that it takes the user
   */
  public VmessDial(
      Endpoint endpoint,
      OutboundTransport transport,
      Clock clock,
      SecureRandom random,
      Duration handshakeTimeout) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.sealer = RequestSealer.of(endpoint.user());
    this.clock = clock;
    this.random = random;
    this.proof = new EndpointProof(this, handshakeTimeout);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the server takes the user. */
  EndpointProof proof() {
    return proof;
  }

  /** A stream whose answers count as proof. */
  Future<Channel> open(Command command, @Nullable Destination destination, EventLoop loop) {
    return open(command, destination, proof, loop);
  }

  /**
   * A stream: the channel carries plain bytes, its transport stands, and its request leaves with
   * the first bytes. Fails with an {@link io.vmessproxy.client.session.OutboundException}.
   */
  Future<Channel> open(
      Command command,
      @Nullable Destination destination,
      ResponseListener listener,
      EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    Future<Channel> connecting = transport.open(loop);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            promise.tryFailure(ConnectFailure.of(connected.cause(), endpoint.server()));
            return;
          }
          Channel channel = connecting.getNow();
          channel
              .pipeline()
              .addLast(
                  new VmessClientHandler(
                      requestHeader(command, destination), sealer, clock, random, listener),
                  UnjoinedGuard.INSTANCE);
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

  private RequestHeader requestHeader(Command command, @Nullable Destination destination) {
    Account user = endpoint.user();
    return new RequestHeader(
        SessionKeys.random(random, sealer.form()),
        user.bodyOptions(command),
        user.security(),
        command,
        destination);
  }
}
