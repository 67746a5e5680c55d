package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.ShakeStream;
import io.vmessproxy.common.vmess.BodyOptions;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of 16 bits, masked and padded as the options say. Padding (modulo 64) and mask come off one
 * SHAKE128 stream over this direction's IV: for each chunk first a word for the padding, if there
 * is any, then one for the mask.
 *
 * <p>Source: v2ray-core, {@code proxy/vmess/encoding/auth.go}.
 */
final class ShakeChunkSizes implements ChunkSizes {
  private static final int FIELD_BYTES = 2;
  private static final int PADDING_MODULUS = 64;

  private final boolean masking;
  private final boolean padding;
  private final @Nullable ShakeStream words;

  /**
   * @param iv 16 bytes, this direction's
   */
  ShakeChunkSizes(BodyOptions options, byte[] iv) {
    this.masking = options.masking();
    this.padding = options.padding();
    this.words = masking || padding ? new ShakeStream(iv) : null;
  }

  @Override
  public int fieldBytes() {
    return FIELD_BYTES;
  }

  @Override
  public int maxPadding() {
    return padding ? PADDING_MODULUS - 1 : 0;
  }

  @Override
  public int nextPadding() {
    return padding && words != null ? words.nextUint16() % PADDING_MODULUS : 0;
  }

  @Override
  public void write(int size, byte[] out, int offset) {
    int field = size ^ nextMask();
    out[offset] = (byte) (field >>> 8);
    out[offset + 1] = (byte) field;
  }

  @Override
  public int read(byte[] in, int offset) {
    return (((in[offset] & 0xff) << 8) | (in[offset + 1] & 0xff)) ^ nextMask();
  }

  private int nextMask() {
    return masking && words != null ? words.nextUint16() : 0;
  }
}
