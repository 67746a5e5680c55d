package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.BadTagException;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.header.Kdf.Salt;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends before the response body, in the form of the request header it answers.
 *
 * <pre>
 *   AEAD:                                        the block:
 *   18                 length + 16                 1   1        1         1   m
 * +------------------+-------------------+       +---+--------+---------+---+------+
 * | length, sealed   | block, sealed     |       | V | option | command | m | data |
 * +------------------+-------------------+       +---+--------+---------+---+------+
 *   both AES-128-GCM, no associated data           data: of command 1, {@link SwitchAccountCodec}
 *
 *   legacy: the block, AES-128-CFB
 * </pre>
 *
 * <p>A legacy header takes the first bytes of the response's CFB stream, and an aes-128-cfb body
 * goes on where it ends: give both the same stream. An AEAD header leaves the stream as it is.
 *
 * <p>Any thread. Source: VMess specification, "Response"; v2ray-core 4.34, {@code
 * proxy/vmess/encoding}, for the sealed form.
 */
public final class ResponseHeaderCodec {
  /** The most that {@link #encode} appends. */
  public static final int MAX_BYTES = 2 + Aead.TAG_BYTES + 4 + 0xff + Aead.TAG_BYTES;

  private static final int SEALED_LENGTH_BYTES = 2 + Aead.TAG_BYTES;
  private static final int MIN_BLOCK_BYTES = 4;
  private static final int SWITCH_ACCOUNT = 1;
  private static final byte[] NOTHING = {};

  private ResponseHeaderCodec() {}

  /** Encrypts the response of a session, from its first byte on. */
  public static AesCfb encryptingStream(SessionKeys keys) {
    return AesCfb.encrypting(keys.responseKey(), keys.responseIv());
  }

  /** Decrypts the response of a session, from its first byte on. */
  public static AesCfb decryptingStream(SessionKeys keys) {
    return AesCfb.decrypting(keys.responseKey(), keys.responseIv());
  }

  /** Appends a header to {@code out}, for a body that does not go on in its CFB stream. */
  public static void encode(SessionKeys keys, @Nullable SwitchAccount suggestion, ByteBuf out) {
    encode(keys, suggestion, encryptingStream(keys), out);
  }

  /**
   * Appends a header to {@code out}.
   *
   * @param stream {@link #encryptingStream}, fresh
   */
  public static void encode(
      SessionKeys keys, @Nullable SwitchAccount suggestion, AesCfb stream, ByteBuf out) {
    byte[] block = block(keys, suggestion);
    switch (keys.form()) {
      case AEAD -> seal(keys, block, out);
      case LEGACY -> {
        stream.apply(block, 0, block.length);
        out.writeBytes(block);
      }
    }
  }

  private static byte[] block(SessionKeys keys, @Nullable SwitchAccount suggestion) {
    byte[] data = suggestion == null ? NOTHING : SwitchAccountCodec.encode(suggestion);
    byte[] block = new byte[MIN_BLOCK_BYTES + data.length];
    block[0] = keys.responseAuth();
    block[2] = (byte) (suggestion == null ? 0 : SWITCH_ACCOUNT);
    block[3] = (byte) data.length;
    System.arraycopy(data, 0, block, MIN_BLOCK_BYTES, data.length);
    return block;
  }

  private static void seal(SessionKeys keys, byte[] block, ByteBuf out) {
    byte[] key = keys.responseKey();
    byte[] iv = keys.responseIv();
    byte[] length = {(byte) (block.length >>> 8), (byte) block.length};
    out.writeBytes(
        AesGcm.seal(
            Salt.RESPONSE_LENGTH_KEY.key(key),
            Salt.RESPONSE_LENGTH_NONCE.nonce(iv),
            NOTHING,
            length));
    out.writeBytes(
        AesGcm.seal(Salt.RESPONSE_KEY.key(key), Salt.RESPONSE_NONCE.nonce(iv), NOTHING, block));
  }

  /** Consumes a header whose CFB stream nobody goes on with; else as the other. */
  public static @Nullable ResponseHeader decode(ByteBuf in, SessionKeys keys) {
    return decode(in, keys, decryptingStream(keys));
  }

  /**
   * Consumes the header at the head of {@code in}, once it is whole. Its option is ignored, and so
   * is a command that is broken or unknown. Does not release {@code in}.
   *
   * @param stream {@link #decryptingStream}, fresh
   * @return null, with nothing consumed, while more bytes are needed
   * @throws VmessException if a tag does not fit, or the header is not for this session
   */
  public static @Nullable ResponseHeader decode(ByteBuf in, SessionKeys keys, AesCfb stream) {
    return switch (keys.form()) {
      case AEAD -> open(in, keys);
      case LEGACY -> decrypt(in, keys, stream);
    };
  }

  private static @Nullable ResponseHeader open(ByteBuf in, SessionKeys keys) {
    if (in.readableBytes() < SEALED_LENGTH_BYTES) {
      return null;
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
      return null;
    }
    byte[] block =
        open(
            "block",
            Salt.RESPONSE_KEY.key(key),
            Salt.RESPONSE_NONCE.nonce(iv),
            bytes(in, SEALED_LENGTH_BYTES, sealedBytes));
    checkAuth(block, keys);
    in.skipBytes(SEALED_LENGTH_BYTES + sealedBytes);
    return header(block);
  }

  private static @Nullable ResponseHeader decrypt(ByteBuf in, SessionKeys keys, AesCfb stream) {
    if (in.readableBytes() < MIN_BLOCK_BYTES) {
      return null;
    }
    // Only a header that is whole may move the stream on: look with another one how long it is.
    byte[] fields = bytes(in, 0, MIN_BLOCK_BYTES);
    decryptingStream(keys).apply(fields, 0, fields.length);
    checkAuth(fields, keys);
    // V2Ray reads no data where there is no command, whatever its length says.
    int blockBytes = MIN_BLOCK_BYTES + (fields[2] == 0 ? 0 : fields[3] & 0xff);
    if (in.readableBytes() < blockBytes) {
      return null;
    }
    byte[] block = new byte[blockBytes];
    in.readBytes(block);
    stream.apply(block, 0, blockBytes);
    return header(block);
  }

  private static void checkAuth(byte[] block, SessionKeys keys) {
    if (block[0] != keys.responseAuth()) {
      throw new VmessException(
          "response header: authentication byte 0x%02x (expected: 0x%02x, as in the request)"
              .formatted(block[0], keys.responseAuth()));
    }
  }

  private static ResponseHeader header(byte[] block) {
    int dataEnd = MIN_BLOCK_BYTES + (block[3] & 0xff);
    if (block[2] != SWITCH_ACCOUNT || dataEnd > block.length) {
      return new ResponseHeader(null);
    }
    byte[] data = Arrays.copyOfRange(block, MIN_BLOCK_BYTES, dataEnd);
    return new ResponseHeader(SwitchAccountCodec.decode(data));
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
