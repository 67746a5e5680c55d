package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.crypto.Digests;
import io.vmessproxy.common.vmess.header.AeadSeal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How many bytes a server takes from a stranger before it closes: a number that tells him nothing
 * of what was wrong, nor of where it was.
 *
 * <p>Source: VMess specification; V2Ray 4.34, proxy/vmess/encoding, whose shape (a fixed part for
 * the server, a random one for the connection) is kept, not its numbers: there, the least is less
 * than the longest header, and whether a server still waits for the rest of one would tell.
 */
final class Drain {
  /** The longest request header: with more bytes than these, whatever is wrong has been found. */
  static final int LEAST_BYTES = AeadSeal.MAX_BYTES;

  private static final int MAX_FIXED_BYTES = 2946;
  private static final int MAX_RANDOM_BYTES = 64;

  private final int fixedBytes;
  private final int randomBytes;

  private Drain(ByteBuffer seed) {
    this.fixedBytes = Math.floorMod(seed.getInt(), MAX_FIXED_BYTES);
    this.randomBytes = 1 + Math.floorMod(seed.getInt(), MAX_RANDOM_BYTES);
  }

  /** As a server with these users drains, now and when it is started again. */
  static Drain of(List<InboundUser> users, SecureRandom random) {
    MessageDigest digest = Digests.sha256();
    users.forEach(user -> digest.update(user.id().bytes()));
    if (users.isEmpty()) {
      // Nothing here is a secret that could make the number one.
      digest.update(random.generateSeed(Long.BYTES));
    }
    return new Drain(ByteBuffer.wrap(digest.digest()));
  }

  /** For one connection: bytes, counted from its first. */
  int bytes(RandomGenerator random) {
    return LEAST_BYTES + fixedBytes + random.nextInt(randomBytes);
  }
}
