package io.vmessproxy.client.dispatch;

import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that applications look names up themselves: they ask for an address, and then call it
 * by a name. Who runs a proxy against look-ups would want to know. Any thread.
 */
final class LocalLookUpHint {
  private static final Logger LOG = LoggerFactory.getLogger(LocalLookUpHint.class);

  private final AtomicBoolean told = new AtomicBoolean();

  /** Whether this session may show it. */
  boolean concerns(Session session) {
    return !told.get() && !(session.destination().address() instanceof Address.Domain);
  }

  /** A session has sent this. Neither the name nor the address is told. */
  void saw(Session session, ReplayRule sent) {
    if (concerns(session)
        && sent.name().filter(LocalLookUpHint::isName).isPresent()
        && told.compareAndSet(false, true)) {
      LOG.warn(
          "an application looks names up on this machine, where others may see it, and asks by {}"
              + " for addresses only (is there a setting for names, as in socks5h:// of curl, or"
              + " \"proxy DNS\" of Firefox?)",
          session.inbound());
    }
  }

  private static boolean isName(String text) {
    try {
      return Address.of(text) instanceof Address.Domain;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
