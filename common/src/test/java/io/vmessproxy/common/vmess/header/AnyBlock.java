package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.Kdf.Salt;
import java.nio.ByteBuffer;

/** Seals blocks that no codec would write, as one would who has the key. */
public final class AnyBlock {
  private static final byte[] NOTHING = {};

  private AnyBlock() {}

  /** A sealed request header: the auth id, the length as told, the nonce, the block. */
  public static byte[] request(
      CommandKey key, byte[] authId, byte[] nonce, int length, byte[] block) {
    byte[] commandKey = key.bytes();
    byte[] sealedLength =
        AesGcm.seal(
            Salt.REQUEST_LENGTH_KEY.key(commandKey, authId, nonce),
            Salt.REQUEST_LENGTH_NONCE.nonce(commandKey, authId, nonce),
            authId,
            twoBytes(length));
    byte[] sealedBlock =
        AesGcm.seal(
            Salt.REQUEST_KEY.key(commandKey, authId, nonce),
            Salt.REQUEST_NONCE.nonce(commandKey, authId, nonce),
            authId,
            block);
    return joined(authId, sealedLength, nonce, sealedBlock);
  }

  /** A sealed response header: the length as told, the block. */
  public static byte[] response(SessionKeys keys, int length, byte[] block) {
    byte[] key = keys.responseKey();
    byte[] iv = keys.responseIv();
    byte[] sealedLength =
        AesGcm.seal(
            Salt.RESPONSE_LENGTH_KEY.key(key),
            Salt.RESPONSE_LENGTH_NONCE.nonce(iv),
            NOTHING,
            twoBytes(length));
    byte[] sealedBlock =
        AesGcm.seal(Salt.RESPONSE_KEY.key(key), Salt.RESPONSE_NONCE.nonce(iv), NOTHING, block);
    return joined(sealedLength, sealedBlock);
  }

  /** A legacy response header: the block in the response's CFB stream. */
  public static byte[] legacyResponse(SessionKeys keys, byte[] block) {
    byte[] wire = block.clone();
    ResponseHeaderCodec.encryptingStream(keys).apply(wire, 0, wire.length);
    return wire;
  }

  /** A legacy request header: the authentication under the id, the block. */
  public static byte[] legacyRequest(UserId id, long unixSeconds, byte[] block) {
    byte[] wire = block.clone();
    byte[] key = CommandKey.of(id).bytes();
    AesCfb.encrypting(key, LegacyAuth.iv(unixSeconds)).apply(wire, 0, wire.length);
    return joined(LegacyAuth.create(id, unixSeconds), wire);
  }

  /** A request's block: its fields and their checksum. */
  public static byte[] withChecksum(byte[] fields) {
    return ByteBuffer.allocate(fields.length + Fnv1a.BYTES)
        .put(fields)
        .putInt(Fnv1a.of(fields, 0, fields.length))
        .array();
  }

  private static byte[] twoBytes(int value) {
    return new byte[] {(byte) (value >>> 8), (byte) value};
  }

  private static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
