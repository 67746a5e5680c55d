package io.vmessproxy.common.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-128 in CFB mode with feedback of whole blocks, as a stream of bytes: every byte comes out at
 * once, and the position inside a block is kept from call to call.
 *
 * <pre>
 *   register: the IV, then always the last 16 bytes of ciphertext
 *   out[i] = in[i] xor AES(register)[i]
 * </pre>
 *
 * <p>The JDK's own CFB holds bytes back until a block is full, which would deadlock whoever waits
 * for them. An unused instance costs next to nothing. One thread at a time. Source: NIST SP
 * 800-38A, "CFB128".
 */
public final class AesCfb {
  private static final int BLOCK_BYTES = AesBlock.BYTES;

  /** How much is decrypted in one call of the JDK's: enough blocks for its pipelines. */
  private static final int BATCH_BYTES = 64 * BLOCK_BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private enum Direction {
    ENCRYPT,
    DECRYPT
  }

  private final Direction direction;
  private final SecretKeySpec key;

  /**
   * What the next block's keystream is made of. Inside a block: its ciphertext up to {@link #used},
   * its keystream from there on.
   */
  private final byte[] register;

  private int used; // bytes of the current block, 0 to 15
  private @Nullable Cipher block;
  private byte[] batch = {};

  private AesCfb(Direction direction, byte[] key, byte[] iv) {
    if (key.length != AesGcm.KEY_BYTES || iv.length != BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "AES-CFB: key of %d bytes and IV of %d (expected: 16 and 16)"
              .formatted(key.length, iv.length));
    }
    this.direction = direction;
    this.key = new SecretKeySpec(key, "AES");
    this.register = iv.clone();
  }

  /**
   * A stream that encrypts.
   *
   * @param key 16 bytes, copied
   * @param iv 16 bytes, copied
   */
  public static AesCfb encrypting(byte[] key, byte[] iv) {
    return new AesCfb(Direction.ENCRYPT, key, iv);
  }

  /**
   * A stream that decrypts.
   *
   * @param key 16 bytes, copied
   * @param iv 16 bytes, copied
   */
  public static AesCfb decrypting(byte[] key, byte[] iv) {
    return new AesCfb(Direction.DECRYPT, key, iv);
  }

  /** Encrypts or decrypts the stream's next {@code length} bytes, in place. */
  public void apply(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    if (used > 0) {
      at = applySingly(bytes, at, Math.min(end, at + BLOCK_BYTES - used));
    }
    int wholeBlocks = (end - at) / BLOCK_BYTES * BLOCK_BYTES;
    switch (direction) {
      case ENCRYPT -> encryptBlocks(bytes, at, wholeBlocks);
      case DECRYPT -> decryptBlocks(bytes, at, wholeBlocks);
    }
    applySingly(bytes, at + wholeBlocks, end);
  }

  private int applySingly(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (used == 0) {
        encrypt(register, BLOCK_BYTES);
      }
      byte in = bytes[at];
      byte out = (byte) (in ^ register[used]);
      bytes[at] = out;
      register[used] = direction == Direction.ENCRYPT ? out : in;
      used = (used + 1) % BLOCK_BYTES;
    }
    return to;
  }

  /** One block after the other: each needs the ciphertext of the one before. */
  private void encryptBlocks(byte[] bytes, int offset, int length) {
    for (int at = offset; at < offset + length; at += BLOCK_BYTES) {
      encrypt(register, BLOCK_BYTES);
      xor(bytes, at, register, BLOCK_BYTES);
      System.arraycopy(bytes, at, register, 0, BLOCK_BYTES);
    }
  }

  /** Many blocks at once: all of the ciphertext is there already. */
  private void decryptBlocks(byte[] bytes, int offset, int length) {
    int end = offset + length;
    for (int at = offset; at < end; ) {
      int part = Math.min(BATCH_BYTES, end - at);
      if (batch.length < part) {
        batch = new byte[part];
      }
      System.arraycopy(register, 0, batch, 0, BLOCK_BYTES);
      System.arraycopy(bytes, at, batch, BLOCK_BYTES, part - BLOCK_BYTES);
      System.arraycopy(bytes, at + part - BLOCK_BYTES, register, 0, BLOCK_BYTES);
      encrypt(batch, part);
      xor(bytes, at, batch, part);
      at += part;
    }
  }

  private static void xor(byte[] bytes, int offset, byte[] keystream, int length) {
    for (int i = 0; i < length; i += Long.BYTES) {
      long mixed = (long) LONGS.get(bytes, offset + i) ^ (long) LONGS.get(keystream, i);
      LONGS.set(bytes, offset + i, mixed);
    }
  }

  /** Encrypts whole blocks, each for itself, in place. */
  private void encrypt(byte[] blocks, int length) {
    try {
      if (block == null) {
        block = CipherSource.jdk("AES/ECB/NoPadding").newCipher();
        block.init(Cipher.ENCRYPT_MODE, key);
      }
      block.update(blocks, 0, length, blocks, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed", e);
    }
  }
}
