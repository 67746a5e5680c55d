package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.ServerSelector;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Command;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.function.Function;

/**
 * Opens streams through VMess servers.
 *
 * <p>A stream counts as open when its server's transport stands and the server is known to take the
 * user: by an answer it gave to an earlier stream, or else by one to a question of ours ({@link
 * EndpointProof}). VMess itself never says so before the target's first byte.
 */
public final class VmessOutbound implements Outbound {
  private final ServerSelector selector;
  private final PolicyTable policies;
  private final IdentityHashMap<Endpoint, VmessDial> dials = new IdentityHashMap<>();

  /**
   * @param policies by the level of a stream's user
   * @param dial how to open streams to an endpoint; asked once for each that may be selected
   */
  public VmessOutbound(
      ServerSelector selector, PolicyTable policies, Function<Endpoint, VmessDial> dial) {
    this.selector = selector;
    this.policies = policies;
    selector.endpoints().forEach(endpoint -> dials.put(endpoint, dial.apply(endpoint)));
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    Endpoint endpoint = selector.next(session);
    VmessDial dial = Objects.requireNonNull(dials.get(endpoint), "an endpoint without a dial");
    Promise<OpenStream> promise = loop.newPromise();
    Future<Channel> opening = dial.open(Command.TCP, session.destination(), loop);
    Future<Void> proving = dial.proof().ensure(loop);
    Policy policy = policies.of(endpoint.user().level());
    new Join(promise, opening, proving, endpoint.server().tag(), policy).await();
    return promise;
  }

  /** Both or nothing: the channel when there is proof, the first failure when there is one. */
  private record Join(
      Promise<OpenStream> promise,
      Future<Channel> opening,
      Future<Void> proving,
      String server,
      Policy policy) {
    void await() {
      opening.addListener(opened -> check());
      proving.addListener(proven -> check());
      promise.addListener(done -> abandon());
    }

    private void check() {
      if (opening.isDone() && !opening.isSuccess()) {
        promise.tryFailure(opening.cause());
      } else if (proving.isDone() && !proving.isSuccess()) {
        promise.tryFailure(proving.cause());
      } else if (opening.isSuccess() && proving.isSuccess()) {
        promise.trySuccess(new OpenStream(opening.getNow(), server, policy));
      }
    }

    private void abandon() {
      if (!promise.isSuccess()) {
        opening.cancel(false);
        opening.addListener(
            opened -> {
              if (opened.isSuccess()) {
                opening.getNow().close();
              }
            });
      }
    }
  }
}
