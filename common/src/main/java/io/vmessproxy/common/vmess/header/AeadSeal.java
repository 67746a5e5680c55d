package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.BadTagException;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.header.Kdf.Salt;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * A request header as it travels, 100 to 374 bytes: the only form for users without alternative
 * ids.
 *
 * <pre>
 *   16        18                  8       length + 16
 * +---------+-------------------+-------+----------------------------+
 * | auth id | length, sealed    | nonce | instruction block, sealed  |   both AES-128-GCM, the auth
 * +---------+-------------------+-------+----------------------------+   id being associated data
 * </pre>
 *
 * <p>A server reads piece by piece: the auth id finds the user ({@link AuthId}), {@link
 * #openLength} tells how much is still to come. Any thread. Source: v2ray-core, {@code
 * proxy/vmess/aead/encrypt.go}.
 */
public final class AeadSeal {
  /** Length of the sealed length. */
  public static final int SEALED_LENGTH_BYTES = 2 + Aead.TAG_BYTES;

  /** Length of the nonce between the two sealed parts. */
  public static final int NONCE_BYTES = 8;

  /** The longest header, sealed. */
  public static final int MAX_BYTES = 374;

  private AeadSeal() {}

  /** Appends a whole sealed header to {@code out}. */
  public static void seal(
      RequestHeader header, CommandKey key, long unixSeconds, SecureRandom random, ByteBuf out) {
    // One draw for all that is random here: auth id, nonce, padding length, padding.
    byte[] drawn = new byte[Integer.BYTES + NONCE_BYTES + 1 + RequestHeaderCodec.MAX_PADDING_BYTES];
    random.nextBytes(drawn);
    ByteBuffer from = ByteBuffer.wrap(drawn);
    byte[] authId = AuthId.create(key, unixSeconds, from.getInt());
    byte[] nonce = new byte[NONCE_BYTES];
    from.get(nonce);
    byte[] padding = new byte[from.get() & RequestHeaderCodec.MAX_PADDING_BYTES];
    from.get(padding);
    byte[] block = RequestHeaderCodec.encode(header, padding);

    byte[] commandKey = key.bytes();
    byte[] length = {(byte) (block.length >>> 8), (byte) block.length};
    out.writeBytes(authId);
    out.writeBytes(
        AesGcm.seal(
            Salt.REQUEST_LENGTH_KEY.key(commandKey, authId, nonce),
            Salt.REQUEST_LENGTH_NONCE.nonce(commandKey, authId, nonce),
            authId,
            length));
    out.writeBytes(nonce);
    out.writeBytes(
        AesGcm.seal(
            Salt.REQUEST_KEY.key(commandKey, authId, nonce),
            Salt.REQUEST_NONCE.nonce(commandKey, authId, nonce),
            authId,
            block));
  }

  /**
   * How many bytes follow the nonce: the sealed instruction block, tag included.
   *
   * @param authId 16 bytes
   * @param sealedLength 18 bytes
   * @param nonce 8 bytes
   * @return 58 to 65551
   * @throws VmessException if the tag does not fit or no block can be that short
   */
  public static int openLength(CommandKey key, byte[] authId, byte[] sealedLength, byte[] nonce) {
    byte[] commandKey = key.bytes();
    byte[] plain =
        open(
            "length",
            Salt.REQUEST_LENGTH_KEY.key(commandKey, authId, nonce),
            Salt.REQUEST_LENGTH_NONCE.nonce(commandKey, authId, nonce),
            authId,
            sealedLength);
    if (plain.length != 2) {
      throw new VmessException(
          "request header: length of %d bytes (expected: 2)".formatted(plain.length));
    }
    int length = ((plain[0] & 0xff) << 8) | (plain[1] & 0xff);
    if (length < RequestHeaderCodec.MIN_BLOCK_BYTES) {
      throw new VmessException("request header: %d bytes (expected: >= 42)".formatted(length));
    }
    return length + Aead.TAG_BYTES;
  }

  /**
   * The header in a sealed instruction block of the length that {@link #openLength} told.
   *
   * @throws VmessException if the tag does not fit or a field is wrong
   */
  public static RequestHeader openHeader(
      CommandKey key, byte[] authId, byte[] nonce, byte[] sealed) {
    byte[] commandKey = key.bytes();
    return RequestHeaderCodec.decode(
        open(
            "instruction block",
            Salt.REQUEST_KEY.key(commandKey, authId, nonce),
            Salt.REQUEST_NONCE.nonce(commandKey, authId, nonce),
            authId,
            sealed),
        HeaderForm.AEAD);
  }

  private static byte[] open(
      String what, byte[] key, byte[] nonce, byte[] associated, byte[] sealed) {
    try {
      return AesGcm.open(key, nonce, associated, sealed);
    } catch (BadTagException e) {
      throw new VmessException("request header: the tag of the %s does not fit".formatted(what));
    }
  }
}
