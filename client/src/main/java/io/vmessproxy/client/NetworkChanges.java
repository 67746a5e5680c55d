package io.vmessproxy.client;

import io.vmessproxy.client.outbound.VmessOutbound;
import io.vmessproxy.common.net.MachineWatch;
import io.vmessproxy.common.net.SystemResolver;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;

/** What it means for connections that the machine slept, or has other addresses. */
final class NetworkChanges implements MachineWatch.Listener {
  private final VmessOutbound outbound;
  private final SystemResolver resolver;

  NetworkChanges(VmessOutbound outbound, SystemResolver resolver) {
    this.outbound = outbound;
    this.resolver = resolver;
  }

  @Override
  public void resumed(Duration slept) {
    resolver.forgetAll();
    outbound.networkChanged("this machine slept for " + slept.toSeconds() + " s", Set.of());
  }

  @Override
  public void addressesChanged(Set<InetAddress> gone, Set<InetAddress> came) {
    resolver.forgetAll();
    outbound.networkChanged(
        gone.isEmpty() ? "this machine has a new address" : "this machine has lost an address",
        gone);
  }
}
