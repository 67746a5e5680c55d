package io.vmessproxy.client.outbound;

import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one session has tried so far: it asks so many servers at most, and none of them twice. Lives
 * on the session's event loop.
 */
public final class Attempts {
  private final Set<Endpoint> endpoints = new HashSet<>(4);
  private final Set<Server> servers = new HashSet<>(4);
  private final List<OutboundException> failures = new ArrayList<>(2);
  private int left;
  private @Nullable Endpoint last;
  private boolean repeated;

  /**
   * @param most how many servers
   */
  public Attempts(int most) {
    this.left = most;
  }

  /** Whether another one may be tried, if there is one. */
  boolean anyLeft() {
    return left > 0;
  }

  /** Whether this one may be tried. */
  boolean usable(Endpoint endpoint) {
    return !endpoints.contains(endpoint) && !servers.contains(endpoint.server());
  }

  /** This one is tried now. */
  void begin(Endpoint endpoint) {
    left--;
    last = endpoint;
    endpoints.add(endpoint);
    servers.add(endpoint.server());
  }

  /** It failed. A server that only does not take the user may be tried as another one. */
  void failed(Endpoint endpoint, OutboundException failure) {
    failures.add(failure);
    if (failure.failure().kind() == Failure.Kind.REJECTED) {
      servers.remove(endpoint.server());
    }
  }

  /**
   * The last one may be tried again, once a session: it was a connection that failed, shared with
   * others and older than this session, and not the server.
   *
   * @return whether it may
   */
  public boolean repeatLast() {
    Endpoint endpoint = last;
    if (endpoint == null || repeated || left == 0) {
      return false;
    }
    repeated = true;
    endpoints.remove(endpoint);
    servers.remove(endpoint.server());
    return true;
  }

  /** The last one does not count. */
  void forgive() {
    left++;
  }

  /** The last failure, which also names those before it. */
  OutboundException failure() {
    if (failures.isEmpty()) {
      return new OutboundException(
          Failure.INTERNAL, "selection", "-", "there is no server that was not tried");
    }
    int last = failures.size() - 1;
    return failures.get(last).after(failures.subList(0, last));
  }
}
