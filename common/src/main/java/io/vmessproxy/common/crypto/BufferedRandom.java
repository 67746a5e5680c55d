package io.vmessproxy.common.crypto;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.SecureRandom;

/**
 * Hands out bytes of a {@link SecureRandom} from a buffer of each thread: a draw of a few bytes
 * costs as much as one of some hundred.
 */
final class BufferedRandom implements RandomBytes {
  static final RandomBytes INSTANCE = new BufferedRandom();

  private static final int BUFFER_BYTES = 4096;

  private final SecureRandom random = new SecureRandom();
  private final FastThreadLocal<Buffer> buffers =
      new FastThreadLocal<>() {
        @Override
        protected Buffer initialValue() {
          return new Buffer();
        }
      };

  private BufferedRandom() {}

  @Override
  public void fill(byte[] out, int offset, int length) {
    Buffer buffer = buffers.get();
    int done = 0;
    while (done < length) {
      if (buffer.next == BUFFER_BYTES) {
        random.nextBytes(buffer.bytes);
        buffer.next = 0;
      }
      int part = Math.min(length - done, BUFFER_BYTES - buffer.next);
      System.arraycopy(buffer.bytes, buffer.next, out, offset + done, part);
      buffer.next += part;
      done += part;
    }
  }

  private static final class Buffer {
    private final byte[] bytes = new byte[BUFFER_BYTES];
    private int next = BUFFER_BYTES;
  }
}
