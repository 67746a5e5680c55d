package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.net.Destination;
import java.net.InetAddress;

/** Which targets an inbound's users may reach. Called from any event loop. */
@FunctionalInterface
public interface TargetAccess {
  /** Every target. */
  TargetAccess ALL = (named, address) -> true;

  /**
   * Whether this address may be reached for a target that the client named so. Asked for every
   * address of a name, behind its look-up, so that no name leads around a rule for addresses.
   */
  boolean allows(Destination named, InetAddress address);
}
