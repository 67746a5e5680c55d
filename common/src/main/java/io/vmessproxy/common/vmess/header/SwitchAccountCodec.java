package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The data of a response header's command 1.
 *
 * <pre>
 *   4                       1             h      2      16        2         1       1
 * +-----------------------+-------------+------+------+---------+---------+-------+---------+
 * | FNV-1a of all behind  | h, often 0  | host | port | user id | alterId | level | minutes |
 * +-----------------------+-------------+------+------+---------+---------+-------+---------+
 * </pre>
 *
 * <p>Source: VMess specification, "Dynamic Port"; V2Ray 4.34, proxy/vmess/encoding/commands.go.
 */
final class SwitchAccountCodec {
  private static final int FIXED_BYTES = 1 + 2 + UserId.BYTES + 2 + 1 + 1;

  private SwitchAccountCodec() {}

  /** The data, 27 to 255 bytes. */
  static byte[] encode(SwitchAccount suggestion) {
    Address host = suggestion.host();
    byte[] name = host == null ? new byte[0] : host.host().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer data = ByteBuffer.allocate(Fnv1a.BYTES + FIXED_BYTES + name.length);
    data.position(Fnv1a.BYTES);
    data.put((byte) name.length).put(name);
    data.putShort((short) suggestion.port());
    data.put(suggestion.user().bytes());
    data.putShort((short) suggestion.alterId());
    data.put((byte) suggestion.level());
    data.put((byte) suggestion.minutes());
    data.putInt(0, checksum(data.array()));
    return data.array();
  }

  /**
   * The suggestion in {@code data}; null if it is broken, which is no reason to break the
   * connection. What follows the last field is ignored, as in V2Ray.
   */
  static @Nullable SwitchAccount decode(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data);
    try {
      return in.getInt() == checksum(data) ? read(in) : null;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null; // A field is cut, or the host can be none.
    }
  }

  private static SwitchAccount read(ByteBuffer in) {
    byte[] name = new byte[in.get() & 0xff];
    in.get(name);
    Address host =
        name.length == 0 ? null : Address.of(new String(name, StandardCharsets.ISO_8859_1));
    int port = in.getShort() & 0xffff;
    byte[] user = new byte[UserId.BYTES];
    in.get(user);
    int alterId = in.getShort() & 0xffff;
    int level = in.get() & 0xff;
    int minutes = in.get() & 0xff;
    return new SwitchAccount(host, port, UserId.of(user), alterId, level, minutes);
  }

  private static int checksum(byte[] data) {
    return Fnv1a.of(data, Fnv1a.BYTES, data.length - Fnv1a.BYTES);
  }
}
