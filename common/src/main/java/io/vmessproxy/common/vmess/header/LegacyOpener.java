package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one legacy header behind its authentication. Nothing tells how long it is but its own
 * fields, one after the other, so it is decrypted as it comes; at most 316 bytes are ever kept. One
 * thread at a time.
 */
public final class LegacyOpener {
  private final AesCfb stream;
  private final byte[] block = new byte[RequestHeaderCodec.MAX_BLOCK_BYTES];
  private int length; // of what is decrypted

  /**
   * @param key of the user whom the authentication tells
   * @param unixSeconds when the request was made, as the authentication tells
   */
  public LegacyOpener(CommandKey key, long unixSeconds) {
    this.stream = AesCfb.decrypting(key.bytes(), LegacyAuth.iv(unixSeconds));
  }

  /**
   * Consumes what belongs to the header, and nothing behind it. Does not release {@code in}.
   *
   * @return null while more bytes are needed
   * @throws VmessException if a field is wrong, or asks for what is not supported; the opener is of
   *     no use then
   */
  public @Nullable RequestHeader read(ByteBuf in) {
    int needed = RequestHeaderCodec.neededBytes(block, length);
    while (length < needed && in.isReadable()) {
      int part = Math.min(needed - length, in.readableBytes());
      in.readBytes(block, length, part);
      stream.apply(block, length, part);
      length += part;
      needed = RequestHeaderCodec.neededBytes(block, length);
    }
    return length < needed
        ? null
        : RequestHeaderCodec.decode(Arrays.copyOf(block, length), HeaderForm.LEGACY);
  }
}
