package io.vmessproxy.it.support;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Bytes that look random and depend on their seed alone: a chunk lost, doubled or swapped shows.
 */
public final class TestBytes {
  private static final int BLOCK = 64 * 1024;

  private TestBytes() {}

  /** Writes the first {@code size} bytes of this seed. */
  public static void write(OutputStream out, long seed, long size) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    for (long left = size; left > 0; left -= BLOCK) {
      block.clear();
      while (block.hasRemaining()) {
        block.putLong(random.nextLong());
      }
      out.write(block.array(), 0, (int) Math.min(left, BLOCK));
    }
  }

  /** A file with the first {@code size} bytes of the seed {@code size}; made when first asked. */
  public static Path file(Path directory, long size) {
    Path file = directory.resolve(size + ".bytes");
    if (!Files.exists(file)) {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        write(out, size, size);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file;
  }

  /** The length and SHA-256 of all that is left in a stream: {@code "1048576 9af3..."}. */
  public static String summary(InputStream in) throws IOException {
    MessageDigest digest = sha256();
    long length = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
    return length + " " + HexFormat.of().formatHex(digest.digest());
  }

  /** As {@link #summary(InputStream)}, for a file; a missing one counts as empty. */
  public static String summary(Path file) throws IOException {
    if (!Files.exists(file)) {
      return summary(InputStream.nullInputStream());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return summary(in);
    }
  }

  /** The length and SHA-256 of the first {@code size} bytes of the seed {@code size}. */
  public static String summary(long size) throws IOException {
    MessageDigest digest = sha256();
    write(new DigestOutputStream(OutputStream.nullOutputStream(), digest), size, size);
    return size + " " + HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Whether all that is left in a stream is the first {@code size} bytes of the seed {@code size}:
   * without a digest, which is slow for a gigabyte.
   */
  public static boolean isWhole(InputStream in, long size) throws IOException {
    boolean[] same = {true};
    write(
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            same[0] &= in.read() == (one & 0xff);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] came = in.readNBytes(length);
            same[0] &= Arrays.equals(came, 0, came.length, bytes, offset, offset + length);
          }
        },
        size,
        size);
    return same[0] && in.read() < 0;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
