package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.ServerSelector;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens streams through VMess servers.
 *
 * <p>A stream counts as open when its server's transport stands and the server is known to take the
 * user: by an answer it gave to an earlier stream, or else by one to a question of ours ({@link
 * EndpointProof}). VMess itself never says so before the target's first byte.
 *
 * <p>A port that a server suggests is in the rotation for its minutes. Nobody asked for it, so it
 * costs nobody a connection: when it fails, it is forgotten, and the next endpoint is asked.
 */
public final class VmessOutbound implements Outbound {
  private static final Logger LOG = LoggerFactory.getLogger(VmessOutbound.class);

  private final ServerSelector selector;
  private final PolicyTable policies;
  private final DialFactory factory;
  private volatile boolean oneStreamForAllTargets;
  private final Map<Endpoint, VmessDial> dials = new ConcurrentHashMap<>();

  /** How to open streams to an endpoint; asked once for each. */
  @FunctionalInterface
  public interface DialFactory {
    /**
     * Makes the dial of an endpoint.
     *
     * @param suggestions takes what the server suggests
     */
    VmessDial dial(Endpoint endpoint, Consumer<SwitchAccount> suggestions);
  }

  /**
   * @param policies by the level of a stream's user
   */
  public VmessOutbound(ServerSelector selector, PolicyTable policies, DialFactory factory) {
    this.selector = selector;
    this.policies = policies;
    this.factory = factory;
    this.oneStreamForAllTargets = oneStreamForAllTargets(selector.endpoints());
  }

  private static boolean oneStreamForAllTargets(List<Endpoint> endpoints) {
    return endpoints.stream().allMatch(endpoint -> endpoint.server().udpMode() != UdpMode.PLAIN);
  }

  /**
   * Makes ready for the first endpoints what their first stream would else wait for: keys, TLS. A
   * subscription may have thousands; the others get theirs when their turn comes.
   *
   * @param most how many
   */
  public void prepare(int most) {
    for (Endpoint endpoint : selector.endpoints().stream().limit(most).toList()) {
      try {
        dial(endpoint);
      } catch (RuntimeException e) {
        LOG.debug("server {}: not made ready", endpoint.server().tag(), e); // Its streams tell.
      }
    }
  }

  /**
   * Opens streams through these servers from now on. Streams that are open stay so; what is known
   * of an endpoint that stays is kept.
   *
   * @param servers at least one
   */
  public synchronized void replace(List<Server> servers) {
    boolean one = servers.stream().allMatch(server -> server.udpMode() != UdpMode.PLAIN);
    if (!one) {
      // Before: whoever is told that one stream is enough must not get a server of the others.
      oneStreamForAllTargets = false;
    }
    selector.replace(servers);
    oneStreamForAllTargets = one;
    prune();
  }

  private void prune() {
    dials.keySet().retainAll(Set.copyOf(selector.endpoints()));
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    Promise<OpenStream> promise = loop.newPromise();
    attempt(session, loop, promise);
    return promise;
  }

  private void attempt(Session session, EventLoop loop, Promise<OpenStream> promise) {
    Endpoint endpoint = selector.next(session);
    VmessDial dial;
    try {
      dial = dial(endpoint);
    } catch (RuntimeException e) {
      // A layer that cannot be set up for this endpoint; the caller reports it.
      promise.tryFailure(e);
      return;
    }
    Promise<OpenStream> attempt = loop.newPromise();
    Policy policy = policies.of(endpoint.user().level());
    ProvenStream.open(dial, session, policy, loop, attempt);
    attempt.addListener(
        opened -> {
          if (opened.isSuccess()) {
            hand(attempt.getNow(), promise);
          } else if (!promise.isDone() && selector.forget(endpoint.server())) {
            LOG.info("forgotten: {}", opened.cause().getMessage());
            attempt(session, loop, promise);
          } else {
            promise.tryFailure(opened.cause());
          }
        });
    promise.addListener(
        done -> {
          if (done.isCancelled()) {
            attempt.cancel(false);
          }
        });
  }

  private static void hand(OpenStream stream, Promise<OpenStream> promise) {
    if (!promise.trySuccess(stream)) {
      stream.channel().close();
    }
  }

  private VmessDial dial(Endpoint endpoint) {
    return dials.computeIfAbsent(
        endpoint, made -> factory.dial(made, suggestion -> learn(made, suggestion)));
  }

  private void learn(Endpoint from, SwitchAccount suggestion) {
    Suggestion.of(from, suggestion)
        .ifPresent(
            learned -> {
              Server server = learned.server();
              if (selector.learn(server, learned.validity())) {
                LOG.info(
                    "server {}: suggests port {} for {} min",
                    from.server().tag(),
                    server.address().port(),
                    learned.validity().toMinutes());
                // Those whose time is over go with those that come.
                prune();
              }
            });
  }

  @Override
  public boolean oneStreamForAllTargets() {
    return oneStreamForAllTargets;
  }
}
