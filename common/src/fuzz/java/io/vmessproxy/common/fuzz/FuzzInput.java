package io.vmessproxy.common.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fuzzer's bytes, read from the front as choices and as content. Behind their end everything is
 * zero or empty, so that any bytes are an input.
 */
public final class FuzzInput {
  private static final int MAX_PIECES = 256;

  private final byte[] data;
  private int at;

  public FuzzInput(byte[] data) {
    this.data = data;
  }

  /** Whether all is read. */
  public boolean isEmpty() {
    return at >= data.length;
  }

  /** How many bytes are left. */
  public int remaining() {
    return data.length - at;
  }

  /** The next byte, 0 to 255. */
  public int next() {
    return isEmpty() ? 0 : data[at++] & 0xff;
  }

  /** The next byte as a number from 0 to {@code bound - 1}; {@code bound} is at most 256. */
  public int next(int bound) {
    return next() % bound;
  }

  /** The next two bytes, 0 to 65535. */
  public int nextShort() {
    return (next() << 8) | next();
  }

  /** Whether the next byte is odd. */
  public boolean nextBoolean() {
    return (next() & 1) != 0;
  }

  /** The next byte as one of {@code choices}. */
  @SafeVarargs
  public final <T> T pick(T... choices) {
    return choices[next(choices.length)];
  }

  /** The next {@code length} bytes, or as many as there are. */
  public byte[] bytes(int length) {
    int end = Math.min(data.length, at + length);
    byte[] bytes = Arrays.copyOfRange(data, at, end);
    at = end;
    return bytes;
  }

  /** All that is left. */
  public byte[] rest() {
    return bytes(remaining());
  }

  /** How a wire cuts what it carries: the next four bytes, to be given to {@link #cut}. */
  public byte[] cuts() {
    return Arrays.copyOf(bytes(4), 4);
  }

  /**
   * {@code wire} in at most {@value #MAX_PIECES} pieces, of 1 to 65025 bytes as {@code cuts} has
   * it; 0 there means no cut.
   */
  public static List<byte[]> cut(byte[] wire, byte[] cuts) {
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < wire.length; ) {
      int cut = cuts[pieces.size() % cuts.length] & 0xff;
      boolean whole = cut == 0 || pieces.size() == MAX_PIECES - 1;
      int end = whole ? wire.length : Math.min(wire.length, from + cut * cut);
      pieces.add(Arrays.copyOfRange(wire, from, end));
      from = end;
    }
    return pieces;
  }

  /** {@code wire} with up to four bytes changed, or cut short. */
  public byte[] damage(byte[] wire) {
    byte[] damaged = wire.clone();
    int changes = next(5);
    for (int i = 0; i < changes && wire.length > 0; i++) {
      damaged[nextShort() % wire.length] ^= (byte) next();
    }
    return nextBoolean() ? Arrays.copyOf(damaged, nextShort() % (wire.length + 1)) : damaged;
  }
}
