package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;
import java.util.List;

/** Chooses the endpoint of each session. Called from any thread. */
public interface ServerSelector {
  /** The endpoint for this session: one of {@link #endpoints}, the very instance. */
  Endpoint next(Session session);

  /** Every endpoint that there is to choose from, in the order given. */
  List<Endpoint> endpoints();
}
