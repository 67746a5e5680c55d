package io.vmessproxy.common.leak;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class in which a buffer was lost. Registered for all classes of both modules, by
 * {@code META-INF/services} and {@code junit-platform.properties}.
 */
public final class LeakCheck implements AfterAllCallback {
  private static final int POLLS = 64;
  private static final List<String> REPORTS = new CopyOnWriteArrayList<>();

  static {
    ByteBufUtil.setLeakListener((type, records) -> REPORTS.add(type + ": " + records));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
      throw new IllegalStateException(
          "leak level " + ResourceLeakDetector.getLevel() + " (expected: PARANOID, see the pom)");
    }
    List<String> reports = reports();
    if (!reports.isEmpty()) {
      throw new AssertionError("buffers lost: " + reports);
    }
  }

  /** What was lost since the last call. A loss shows when the collector has run, and not before. */
  static List<String> reports() {
    System.gc();
    for (int i = 0; i < POLLS; i++) {
      // The detector looks at what the collector found whenever it tracks a new buffer.
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    List<String> reports = List.copyOf(REPORTS);
    REPORTS.removeAll(reports);
    return reports;
  }
}
