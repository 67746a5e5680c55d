package io.vmessproxy.client.settings;

import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.SpecialAddresses;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One VMess inbound of {@code serve}.
 *
 * @param tag its name, unique
 * @param host an IP literal (IPv6 without brackets) or a name
 * @param port 0 picks a free one
 * @param lastPort above {@code port}: a dynamic inbound, which opens random ports from {@code port}
 *     to this one; else equal to {@code port}
 * @param users may be empty where other inbounds send their clients here
 * @param defaults what an account made for a client sent here gets
 * @param detour the tag of the inbound that clients of this one are told to use; null: none
 * @param allocation how a dynamic inbound opens ports
 * @param disableInsecureEncryption ends connections with {@code none}, {@code zero} or {@code
 *     aes-128-cfb}
 * @param transport what stands before VMess
 * @param tls null: none
 */
public record InboundSettings(
    String tag,
    String host,
    int port,
    int lastPort,
    List<InboundUser> users,
    Defaults defaults,
    @Nullable String detour,
    Allocation allocation,
    boolean disableInsecureEncryption,
    TransportSettings transport,
    @Nullable TlsServerSettings tls) {
  public InboundSettings {
    users = List.copyOf(users);
  }

  /** Whether it opens random ports of a range. */
  public boolean dynamic() {
    return lastPort > port;
  }

  /** Whether only this machine can reach it. Names are not resolved: {@code localhost} alone is. */
  public boolean loopback() {
    return SpecialAddresses.isLoopback(Address.of(host)) || host.equalsIgnoreCase("localhost");
  }

  /** The account made for a client that a detour sends. */
  public record Defaults(int level, int alterId) {
    /** As V2Ray has it. */
    public static final Defaults STANDARD = new Defaults(0, 64);
  }

  /**
   * How a dynamic inbound opens ports.
   *
   * @param refreshMinutes so often it opens new ones; the old ones live as long again
   * @param concurrency how many it opens
   */
  public record Allocation(int refreshMinutes, int concurrency) {
    /** As V2Ray has it. */
    public static final Allocation STANDARD = new Allocation(5, 3);

    /** The longest time between two refreshes: a day. */
    public static final int MAX_REFRESH_MINUTES = 24 * 60;

    /** The most ports that may be opened at a time. */
    public static final int MAX_CONCURRENCY = 1024;
  }
}
