package io.vmessproxy.common.vmess.inbound;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * How many bytes a server takes from a stranger before it closes: a number that tells him nothing
 * of what was wrong, nor of where it was.
 *
 * <p>Source: VMess specification; V2Ray 4.34, proxy/vmess/encoding, whose shape (a fixed part for
 * the server, a random one for the connection) is kept, not its numbers.
 */
final class Drain {
  /** Auth id and the shortest request header. */
  private static final int LEAST_BYTES = 16 + 38;

  private static final int MAX_FIXED_BYTES = 3266;
  private static final int MAX_RANDOM_BYTES = 64;

  private final int fixedBytes;
  private final int randomBytes;

  /**
   * @param fingerprint of the server's users, at least 8 bytes
   */
  Drain(byte[] fingerprint) {
    ByteBuffer seed = ByteBuffer.wrap(fingerprint);
    this.fixedBytes = Math.floorMod(seed.getInt(), MAX_FIXED_BYTES);
    this.randomBytes = 1 + Math.floorMod(seed.getInt(), MAX_RANDOM_BYTES);
  }

  /** For one connection: bytes, counted from its first. */
  int bytes(RandomGenerator random) {
    return LEAST_BYTES + fixedBytes + random.nextInt(randomBytes);
  }
}
