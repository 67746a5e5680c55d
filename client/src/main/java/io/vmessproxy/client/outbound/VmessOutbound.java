package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Health;
import io.vmessproxy.client.selection.HealthBoard;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.ServerSelector;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens streams through VMess servers.
 *
 * <p>A stream counts as open when its server's transport stands and the server is known to take the
 * user: by an answer it gave to an earlier stream, or else by one to a question of ours ({@link
 * EndpointProof}). VMess itself never says so before the target's first byte.
 *
 * <p>Where a stream cannot be opened, the next server is asked ({@link Opening}), and the board
 * hears of it. A port that a server suggests is in the rotation for its minutes. Nobody asked for
 * it, so when it fails, it is forgotten.
 */
public final class VmessOutbound implements Outbound {
  private static final Logger LOG = LoggerFactory.getLogger(VmessOutbound.class);

  /** What one session may try where nothing else is said. */
  public static final int ATTEMPTS = 3;

  private final ServerSelector selector;
  private final HealthBoard board;
  private volatile PolicyTable policies;
  private final DialFactory factory;
  private final int attempts;
  private volatile boolean oneStreamForAllTargets;
  private final Map<Endpoint, VmessDial> dials = new ConcurrentHashMap<>();

  /** How to open streams to an endpoint; asked once for each. */
  @FunctionalInterface
  public interface DialFactory {
    /**
     * Makes the dial of an endpoint.
     *
     * @param listener hears what its connections tell
     */
    VmessDial dial(Endpoint endpoint, DialListener listener);
  }

  /** As below, with the usual number of attempts. */
  public VmessOutbound(
      Function<Health, ServerSelector> selector, PolicyTable policies, DialFactory factory) {
    this(selector, policies, ATTEMPTS, factory);
  }

  /**
   * @param selector chooses by what the streams tell of each endpoint
   * @param policies by the level of a stream's user
   * @param attempts how many servers one session may try
   */
  public VmessOutbound(
      Function<Health, ServerSelector> selector,
      PolicyTable policies,
      int attempts,
      DialFactory factory) {
    this.policies = policies;
    this.attempts = attempts;
    this.factory = factory;
    this.board = new HealthBoard(List.of(), new Ejections());
    this.selector = selector.apply(board);
    board.track(this.selector.endpoints());
    this.oneStreamForAllTargets = oneStreamForAllTargets(this.selector.endpoints());
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

  /**
   * Streams that open from now on go by these policies, and by what the factory of dials goes by
   * now. Those that are open are left as they are.
   */
  public void renew(PolicyTable newPolicies) {
    policies = newPolicies;
    dials.clear();
  }

  private void prune() {
    List<Endpoint> endpoints = selector.endpoints();
    dials.keySet().retainAll(Set.copyOf(endpoints));
    board.track(endpoints);
  }

  /**
   * The way to all servers is another one now: what streams share is not given to new ones, and
   * what is known against servers is forgotten.
   *
   * @param gone addresses that this machine has no longer
   */
  public void networkChanged(String why, Set<InetAddress> gone) {
    board.reset(why);
    for (VmessDial dial : dials.values()) {
      dial.drop(gone);
      dial.retire();
    }
  }

  /** What streams of an endpoint share is of no use once it is out. */
  private final class Ejections implements HealthBoard.Listener {
    @Override
    public void ejected(Endpoint endpoint) {
      VmessDial dial = dials.get(endpoint);
      if (dial != null) {
        dial.retire();
      }
    }
  }

  @Override
  public Attempts attempts() {
    return new Attempts(attempts);
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    return open(session, attempts(), loop);
  }

  @Override
  public Future<OpenStream> open(Session session, Attempts tried, EventLoop loop) {
    board.dueTrial().ifPresent(due -> EndpointFeedback.ask(board, dial(due), loop));
    return new Opening(this, session, tried, loop).start();
  }

  @Override
  public boolean hasAnother(Attempts tried) {
    return tried.anyLeft() && selector.endpoints().stream().anyMatch(tried::usable);
  }

  /** The same, where nothing is known against that server. */
  boolean hasHealthy(Attempts tried) {
    return tried.anyLeft()
        && selector.endpoints().stream()
            .anyMatch(endpoint -> tried.usable(endpoint) && board.available(endpoint));
  }

  /** Whether nothing is known against at least one. */
  boolean anyServes() {
    return selector.endpoints().stream().anyMatch(board::available);
  }

  /** All that there is to choose from now. */
  public List<Endpoint> endpoints() {
    return selector.endpoints();
  }

  ServerSelector selector() {
    return selector;
  }

  /** What is known of the endpoints. */
  public HealthBoard board() {
    return board;
  }

  Policy policy(Endpoint endpoint) {
    return policies.of(endpoint.user().level());
  }

  /** The one dial of an endpoint. */
  public VmessDial dial(Endpoint endpoint) {
    VmessDial known = dials.get(endpoint);
    return known != null
        ? known
        : dials.computeIfAbsent(endpoint, made -> factory.dial(made, new Observed(made)));
  }

  /** What the connections to an endpoint tell goes to the selector and to the board. */
  private final class Observed implements DialListener {
    private final Endpoint endpoint;

    Observed(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void suggested(SwitchAccount suggestion) {
      learn(endpoint, suggestion);
    }

    @Override
    public void opened(long tookNanos) {
      board.opened(endpoint, tookNanos);
    }

    @Override
    public void proven(long tookNanos) {
      board.passed(endpoint, tookNanos);
    }

    @Override
    public void unanswered(String what) {
      board.suspect(endpoint, what);
    }
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
