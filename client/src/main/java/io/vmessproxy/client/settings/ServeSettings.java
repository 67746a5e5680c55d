package io.vmessproxy.client.settings;

import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.inbound.TargetAccess;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * All that {@code serve} is told at its start, checked.
 *
 * @param inbounds at least one, each tag once
 * @param policies timeouts and buffers by user level
 * @param access which targets the clients of an inbound may reach
 * @param drain how long open connections may go on after the program was asked to stop
 */
public record ServeSettings(
    List<InboundSettings> inbounds,
    PolicyTable policies,
    Function<InboundSettings, TargetAccess> access,
    Duration drain) {
  public ServeSettings {
    inbounds = List.copyOf(inbounds);
  }
}
