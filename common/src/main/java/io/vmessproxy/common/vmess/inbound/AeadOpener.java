package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.header.AeadSeal;
import org.jspecify.annotations.Nullable;

/**
 * Reads one AEAD header behind its auth id.
 *
 * <pre>
 *   18                8       length + 16
 * +-----------------+-------+--------------------+
 * | length, sealed  | nonce | header, sealed     |
 * +-----------------+-------+--------------------+
 * </pre>
 */
final class AeadOpener implements HeaderOpener {
  private static final int PREFIX_BYTES = AeadSeal.SEALED_LENGTH_BYTES + AeadSeal.NONCE_BYTES;

  private final CommandKey key;
  private final byte[] authId;
  private final byte[] nonce = new byte[AeadSeal.NONCE_BYTES];
  private int headerBytes; // sealed, with its tag; 0: not known yet

  /**
   * @param authId 16 bytes, not copied
   */
  AeadOpener(CommandKey key, byte[] authId) {
    this.key = key;
    this.authId = authId;
  }

  @Override
  public @Nullable RequestHeader read(ByteBuf in) {
    if (headerBytes == 0) {
      if (in.readableBytes() < PREFIX_BYTES) {
        return null;
      }
      readLength(in);
    }
    if (in.readableBytes() < headerBytes) {
      return null;
    }
    byte[] sealed = new byte[headerBytes];
    in.readBytes(sealed);
    return AeadSeal.openHeader(key, authId, nonce, sealed);
  }

  private void readLength(ByteBuf in) {
    byte[] sealed = new byte[AeadSeal.SEALED_LENGTH_BYTES];
    in.readBytes(sealed).readBytes(nonce);
    headerBytes = AeadSeal.openLength(key, authId, sealed, nonce);
    // Waiting for more than any header has would show: a stranger is not waited for so long.
    int most = AeadSeal.MAX_BYTES - authId.length - PREFIX_BYTES;
    if (headerBytes > most) {
      throw new VmessException(
          "request header: %d bytes, sealed (expected: at most %d)".formatted(headerBytes, most));
    }
  }
}
