package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.InboundSettings.Allocation;
import io.vmessproxy.client.settings.InboundSettings.Defaults;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a text says of an inbound; null stands for what it does not say.
 *
 * @param listen where it listens: said by a whole inbound, not by its settings alone
 * @param detour a tag
 * @param transport what stands before VMess: said by a whole inbound, and so is {@code tls}
 */
public record InboundPart(
    @Nullable Listen listen,
    List<InboundUser> users,
    @Nullable Defaults defaults,
    @Nullable String detour,
    @Nullable Allocation allocation,
    @Nullable Boolean disableInsecureEncryption,
    @Nullable TransportSettings transport,
    @Nullable TlsServerSettings tls) {
  /** Says nothing. */
  public static final InboundPart NONE =
      new InboundPart(null, List.of(), null, null, null, null, null, null);

  public InboundPart {
    users = List.copyOf(users);
  }

  /**
   * Where an inbound listens.
   *
   * @param tag null: it has none
   * @param host an IP literal (IPv6 without brackets) or a name
   * @param lastPort above {@code port}: a dynamic inbound, else equal to {@code port}
   */
  public record Listen(@Nullable String tag, String host, int port, int lastPort) {}
}
