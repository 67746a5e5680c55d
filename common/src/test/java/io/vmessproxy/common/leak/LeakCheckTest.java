package io.vmessproxy.common.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void findsABufferThatNobodyReleases() {
    loseOne();

    List<String> reports = new ArrayList<>();
    for (int tries = 0; tries < 50 && reports.isEmpty(); tries++) {
      reports.addAll(LeakCheck.reports());
    }
    assertThat(reports).isNotEmpty();
  }

  private static void loseOne() {
    ByteBuf lost = PooledByteBufAllocator.DEFAULT.directBuffer(4711);
    lost.writeByte(1);
  }
}
