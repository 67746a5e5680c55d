package io.vmessproxy.common.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMACs stacked on SHA-256, each using the one below <em>as its hash function</em>: block size 64,
 * output 32 bytes at every layer.
 *
 * <pre>
 *   h0(m) = HMAC[SHA-256](salt0, m)
 *   h1(m) = HMAC[h0](salt1, m)        ...
 * </pre>
 *
 * <p>An instance keeps the digest states behind its salts' pads, so that a use costs none of the
 * work that its salts alone decide. Immutable; any thread. Source: RFC 2104 for one layer.
 */
public final class NestedHmac {
  /** Length of the output. */
  public static final int BYTES = 32;

  private static final int BLOCK_BYTES = 64;
  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  /** Only ever copied. */
  private final Hash template;

  private NestedHmac(Hash template) {
    this.template = template;
  }

  /** The lowest layer: HMAC-SHA-256 under {@code salt}. */
  public static NestedHmac of(byte[] salt) {
    return new NestedHmac(Hmac.over(new Sha256(Digests.sha256()), salt));
  }

  /** One more layer on top of this one, under {@code salt}. */
  public NestedHmac layer(byte[] salt) {
    return new NestedHmac(Hmac.over(template.copy(), salt));
  }

  /** The 32 bytes for {@code message}, with one more layer for each of {@code salts}. */
  public byte[] hash(byte[] message, byte[]... salts) {
    Hash hash = template.copy();
    for (byte[] salt : salts) {
      hash = Hmac.over(hash, salt);
    }
    hash.update(message);
    return hash.digest();
  }

  /** A hash under way. */
  private interface Hash {
    void update(byte[] bytes);

    /** Ends this hash; it is not used again. */
    byte[] digest();

    Hash copy();
  }

  private record Sha256(MessageDigest state) implements Hash {
    @Override
    public void update(byte[] bytes) {
      state.update(bytes);
    }

    @Override
    public byte[] digest() {
      return state.digest();
    }

    @Override
    public Hash copy() {
      try {
        return new Sha256((MessageDigest) state.clone());
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("this Java's SHA-256 cannot be cloned", e);
      }
    }
  }

  /** Two hashes of the layer below: one has the inner pad behind it, one the outer. */
  private record Hmac(Hash inner, Hash outer) implements Hash {

    /** An HMAC that uses up {@code below}, a fresh hash. */
    static Hmac over(Hash below, byte[] salt) {
      byte[] key = salt;
      if (salt.length > BLOCK_BYTES) {
        Hash shortening = below.copy();
        shortening.update(salt);
        key = shortening.digest();
      }
      Hash inner = below.copy();
      inner.update(padded(key, INNER_PAD));
      below.update(padded(key, OUTER_PAD));
      return new Hmac(inner, below);
    }

    private static byte[] padded(byte[] key, byte pad) {
      byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
      for (int i = 0; i < BLOCK_BYTES; i++) {
        block[i] ^= pad;
      }
      return block;
    }

    @Override
    public void update(byte[] bytes) {
      inner.update(bytes);
    }

    @Override
    public byte[] digest() {
      outer.update(inner.digest());
      return outer.digest();
    }

    @Override
    public Hash copy() {
      return new Hmac(inner.copy(), outer.copy());
    }
  }
}
