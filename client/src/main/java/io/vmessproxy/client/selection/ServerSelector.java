package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;

/** Chooses the endpoint of each session. Called from any thread. */
public interface ServerSelector {
  /** The endpoint for this session. */
  Endpoint next(Session session);
}
