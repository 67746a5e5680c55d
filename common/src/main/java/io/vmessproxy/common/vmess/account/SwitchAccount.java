package io.vmessproxy.common.vmess.account;

import io.vmessproxy.common.net.Address;
import org.jspecify.annotations.Nullable;

/**
 * A server's suggestion, in a response header, to use another port as another user for some minutes
 * ("dynamic port").
 *
 * <p>Source: VMess specification, "Dynamic Port"; V2Ray 4.34, proxy/vmess/encoding/commands.go.
 *
 * @param host null: the host that the client is connected to
 * @param port 0 to 65535
 * @param alterId 0 to 65535; 0 also means the AEAD header
 * @param level 0 to 255
 * @param minutes how long it holds, 0 to 255
 */
public record SwitchAccount(
    @Nullable Address host, int port, UserId user, int alterId, int level, int minutes) {}
