package io.vmessproxy.common.vmess.account;

import io.vmessproxy.common.net.Address;
import org.jspecify.annotations.Nullable;

/**
 * A server's suggestion, in a response header, to use another port as another user for some minutes
 * ("dynamic port").
 *
 * <p>Source: VMess specification, "Dynamic Port"; V2Ray 4.34, proxy/vmess/encoding/commands.go.
 *
 * @param host null: the host that the client is connected to; at most 228 characters
 * @param port 0 to 65535
 * @param alterId 0 to 65535; 0 also means the AEAD header
 * @param level 0 to 255
 * @param minutes how long it holds, 0 to 255
 */
public record SwitchAccount(
    @Nullable Address host, int port, UserId user, int alterId, int level, int minutes) {
  /** What its one byte of length leaves to the host beside the other fields. */
  private static final int MAX_HOST_CHARACTERS = 228;

  public SwitchAccount {
    if (host != null && host.host().length() > MAX_HOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "suggested host: %d characters (expected: at most 228)".formatted(host.host().length()));
    }
    check("port", port, 0xffff);
    check("alterId", alterId, 0xffff);
    check("level", level, 0xff);
    check("minutes", minutes, 0xff);
  }

  private static void check(String what, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(
          "suggested %s: %d (expected: 0..%d)".formatted(what, value, most));
    }
  }
}
