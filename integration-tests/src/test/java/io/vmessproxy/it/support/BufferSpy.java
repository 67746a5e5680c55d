package io.vmessproxy.it.support;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Has a JVM say which buffers it has lost, when it is asked to and when it ends by itself: Netty's
 * leak detector speaks only of what the collector has found, and when another buffer is made.
 */
final class BufferSpy {
  private static final int POLLS = 256;
  private static final int INTERVAL_MILLIS = 10;

  private BufferSpy() {}

  /** Begins: looks when {@code ask} is made, and says so by {@code answer}. */
  static void begin(Path losses, Path ask, Path answer) {
    Thread thread = new Thread(() -> awaitQuestion(losses, ask, answer), "buffer-spy");
    thread.setDaemon(true);
    thread.start();
    Runtime.getRuntime().addShutdownHook(new Thread(BufferSpy::look, "buffer-spy-last"));
  }

  private static void awaitQuestion(Path losses, Path ask, Path answer) {
    try {
      while (!Files.exists(ask)) {
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      }
      if (Files.exists(losses)) {
        lose();
      }
      look();
      Files.createFile(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void lose() {
    PooledByteBufAllocator.DEFAULT.directBuffer(16).writeByte(0);
  }

  private static void look() {
    System.gc();
    for (int i = 0; i < POLLS; i++) {
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
  }
}
