package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.BadTagException;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.header.Kdf.Salt;

/**
 * What a server sends before the response body, in answer to a request sealed by {@link AeadSeal}.
 *
 * <pre>
 *   18                 length + 16
 * +------------------+-------------------+   the block:  1   1        1         1   m
 * | length, sealed   | block, sealed     |             +---+--------+---------+---+------+
 * +------------------+-------------------+             | V | option | command | m | data |
 *   both AES-128-GCM, no associated data               +---+--------+---------+---+------+
 * </pre>
 *
 * <p>Any thread. Source: VMess specification, "Response"; v2ray-core 4.34, {@code
 * proxy/vmess/encoding}, for the sealed form.
 */
public final class ResponseHeaderCodec {
  /** The length of what {@link #encode} appends. */
  public static final int BYTES = 2 + Aead.TAG_BYTES + 4 + Aead.TAG_BYTES;

  private static final int SEALED_LENGTH_BYTES = 2 + Aead.TAG_BYTES;
  private static final int MIN_BLOCK_BYTES = 4;
  private static final byte[] NOTHING = {};

  private ResponseHeaderCodec() {}

  /** Appends a header without option or command to {@code out}. */
  public static void encode(SessionKeys keys, ByteBuf out) {
    byte[] key = keys.responseKey();
    byte[] iv = keys.responseIv();
    out.writeBytes(
        AesGcm.seal(
            Salt.RESPONSE_LENGTH_KEY.key(key),
            Salt.RESPONSE_LENGTH_NONCE.nonce(iv),
            NOTHING,
            new byte[] {0, MIN_BLOCK_BYTES}));
    out.writeBytes(
        AesGcm.seal(
            Salt.RESPONSE_KEY.key(key),
            Salt.RESPONSE_NONCE.nonce(iv),
            NOTHING,
            new byte[] {keys.responseAuth(), 0, 0, 0}));
  }

  /**
   * Consumes the header at the head of {@code in}, once it is whole. Option and command are
   * ignored. Does not release {@code in}.
   *
   * @return false, with nothing consumed, while more bytes are needed
   * @throws VmessException if a tag does not fit, or the header is not for this session
   */
  public static boolean decode(ByteBuf in, SessionKeys keys) {
    if (in.readableBytes() < SEALED_LENGTH_BYTES) {
      return false;
    }
    byte[] key = keys.responseKey();
    byte[] iv = keys.responseIv();
    byte[] length =
        open(
            "length",
            Salt.RESPONSE_LENGTH_KEY.key(key),
            Salt.RESPONSE_LENGTH_NONCE.nonce(iv),
            bytes(in, 0, SEALED_LENGTH_BYTES));
    int blockBytes = ((length[0] & 0xff) << 8) | (length[1] & 0xff);
    if (blockBytes < MIN_BLOCK_BYTES) {
      throw new VmessException("response header: %d bytes (expected: >= 4)".formatted(blockBytes));
    }
    int sealedBytes = blockBytes + Aead.TAG_BYTES;
    if (in.readableBytes() < SEALED_LENGTH_BYTES + sealedBytes) {
      return false;
    }
    byte[] block =
        open(
            "block",
            Salt.RESPONSE_KEY.key(key),
            Salt.RESPONSE_NONCE.nonce(iv),
            bytes(in, SEALED_LENGTH_BYTES, sealedBytes));
    if (block[0] != keys.responseAuth()) {
      throw new VmessException(
          "response header: authentication byte 0x%02x (expected: 0x%02x, as in the request)"
              .formatted(block[0], keys.responseAuth()));
    }
    in.skipBytes(SEALED_LENGTH_BYTES + sealedBytes);
    return true;
  }

  private static byte[] bytes(ByteBuf in, int offset, int length) {
    byte[] bytes = new byte[length];
    in.getBytes(in.readerIndex() + offset, bytes);
    return bytes;
  }

  private static byte[] open(String what, byte[] key, byte[] nonce, byte[] sealed) {
    try {
      return AesGcm.open(key, nonce, NOTHING, sealed);
    } catch (BadTagException e) {
      throw new VmessException("response header: the tag of the %s does not fit".formatted(what));
    }
  }
}
