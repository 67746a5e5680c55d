package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;

/**
 * A request header in its older form, 58 to 332 bytes.
 *
 * <pre>
 *   16                     42 to 316
 * +----------------------+------------------------------------+
 * | authentication       | instruction block, AES-128-CFB     |   under the main id's command key
 * +----------------------+------------------------------------+
 * </pre>
 *
 * <p>{@link LegacyAuth} tells the authentication and the IV, {@link LegacyOpener} reads the block.
 * Any thread. Source: VMess specification, "Request".
 */
final class LegacySeal {
  /** The longest header. */
  static final int MAX_BYTES = LegacyAuth.BYTES + RequestHeaderCodec.MAX_BLOCK_BYTES;

  private LegacySeal() {}

  /**
   * Appends a whole header to {@code out}.
   *
   * @param authId the id to authenticate with, main or alternative
   * @param padding 0 to 15 random bytes
   */
  static void seal(
      RequestHeader header,
      CommandKey key,
      UserId authId,
      long unixSeconds,
      byte[] padding,
      ByteBuf out) {
    byte[] block = RequestHeaderCodec.encode(header, padding);
    AesCfb.encrypting(key.bytes(), LegacyAuth.iv(unixSeconds)).apply(block, 0, block.length);
    out.writeBytes(LegacyAuth.create(authId, unixSeconds));
    out.writeBytes(block);
  }
}
