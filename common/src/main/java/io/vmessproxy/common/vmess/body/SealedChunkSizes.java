package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.vmess.BodyOptions;

/**
 * Sizes that are sealed ("authenticated length"), by the payloads' algorithm under a key of their
 * own. Padding is drawn as ever; there is no mask, whatever the options say.
 *
 * <pre>
 *   2                 16
 * +-----------------+------+
 * | size - 16       | tag  |   the chunk's size less its payload's tag
 * +-----------------+------+
 * </pre>
 *
 * <p>Source: v2ray-core 5, {@code proxy/vmess/encoding}, experiment "AuthenticatedLength".
 */
final class SealedChunkSizes implements ChunkSizes {
  private static final int PLAIN_BYTES = 2;

  private final AeadChunkCipher cipher;
  private final ShakeChunkSizes padding;
  private final byte[] plain = new byte[PLAIN_BYTES];

  /**
   * @param cipher under the sizes' key and the request's IV, in both directions
   * @param iv 16 bytes, this direction's
   */
  SealedChunkSizes(AeadChunkCipher cipher, BodyOptions options, byte[] iv) {
    this.cipher = cipher;
    this.padding = new ShakeChunkSizes(new BodyOptions(options.bits() & BodyOptions.PADDING), iv);
  }

  @Override
  public int fieldBytes() {
    return PLAIN_BYTES + Aead.TAG_BYTES;
  }

  @Override
  public int maxPadding() {
    return padding.maxPadding();
  }

  @Override
  public int nextPadding() {
    return padding.nextPadding();
  }

  @Override
  public void write(int size, byte[] out, int offset) {
    int value = size - Aead.TAG_BYTES;
    plain[0] = (byte) (value >>> 8);
    plain[1] = (byte) value;
    cipher.seal(plain, 0, PLAIN_BYTES, out, offset);
  }

  @Override
  public int read(byte[] in, int offset) {
    cipher.open(in, offset, fieldBytes(), plain, 0);
    return (((plain[0] & 0xff) << 8) | (plain[1] & 0xff)) + Aead.TAG_BYTES;
  }
}
