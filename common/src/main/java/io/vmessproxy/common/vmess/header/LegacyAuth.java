package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.Digests;
import io.vmessproxy.common.crypto.HmacMd5;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The first 16 bytes of a legacy request: HMAC-MD5 of the time under one of the user's ids. A
 * server finds the user by computing them all, for each id and each second that it takes.
 *
 * <p>Source: VMess specification, "Authentication Information".
 */
public final class LegacyAuth {
  /** Length of the authentication. */
  public static final int BYTES = HmacMd5.BYTES;

  private LegacyAuth() {}

  /** The authentication under an id, at any number of times: cheap to hold on to. */
  public static HmacMd5 under(UserId id) {
    return new HmacMd5(id.bytes());
  }

  /** The authentication of a request made at {@code unixSeconds}, 16 bytes. */
  public static byte[] create(UserId id, long unixSeconds) {
    return under(id).of(unixSeconds);
  }

  /** The IV that encrypts the header of a request made at {@code unixSeconds}, 16 bytes. */
  static byte[] iv(long unixSeconds) {
    byte[] time = ByteBuffer.allocate(Long.BYTES).putLong(unixSeconds).array();
    MessageDigest md5 = Digests.md5();
    for (int i = 0; i < 4; i++) {
      md5.update(time);
    }
    return md5.digest();
  }
}
