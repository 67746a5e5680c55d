package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.AesBlock;
import io.vmessproxy.common.vmess.account.CommandKey;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * The first 16 bytes of a request: they tell a server, and nobody else, which user it is from and
 * when it was made.
 *
 * <pre>
 *   8 bytes           4        4
 * +-----------------+--------+--------------------------+
 * | Unix seconds    | random | CRC-32 of the 12 before  |   one AES block under the user's key
 * +-----------------+--------+--------------------------+
 * </pre>
 *
 * <p>Source: v2ray-core, {@code proxy/vmess/aead/authid.go}.
 */
public final class AuthId {
  /** Length of an auth id. */
  public static final int BYTES = AesBlock.BYTES;

  private static final int CHECKED_BYTES = 12;

  private AuthId() {}

  /**
   * The auth id of a request made at {@code unixSeconds}.
   *
   * @param random makes two requests of one second differ: 4 random bytes
   */
  public static byte[] create(CommandKey key, long unixSeconds, int random) {
    ByteBuffer plain = ByteBuffer.allocate(BYTES).putLong(unixSeconds).putInt(random);
    plain.putInt(crc(plain.array()));
    return key.authIdCipher().encrypt(plain.array());
  }

  /**
   * The Unix seconds in {@code authId} if it is this user's, else empty. A stranger's passes with a
   * chance of 1 in 2^32, and his time is arbitrary, even negative: check it.
   */
  public static OptionalLong open(CommandKey key, byte[] authId) {
    byte[] plain = key.authIdCipher().decrypt(authId);
    ByteBuffer fields = ByteBuffer.wrap(plain);
    if (fields.getInt(CHECKED_BYTES) != crc(plain)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(fields.getLong());
  }

  private static int crc(byte[] plain) {
    CRC32 crc = new CRC32();
    crc.update(plain, 0, CHECKED_BYTES);
    return (int) crc.getValue();
  }
}
