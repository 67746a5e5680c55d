package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.SystemResolver;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DatagramTargetsTest {
  private final SystemResolver resolver = new SystemResolver();
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final CountDownLatch busy = new CountDownLatch(1);

  @AfterEach
  void stop() {
    busy.countDown();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1400})
  void keepsNoMoreForALookUpThanItMayWhateverTheSize(int bytes) {
    // The loop never comes to hear what the look-up has found.
    loop.execute(this::block);
    DatagramTargets targets = new DatagramTargets(resolver, TargetAccess.ALL, loop);
    Destination target = new Destination(Address.of("nowhere.invalid"), 53);

    List<ByteBuf> sent =
        Stream.generate(() -> Unpooled.buffer(1400).writeZero(bytes)).limit(10_000).toList();
    sent.forEach(payload -> targets.send(new Datagram(target, payload)));

    long kept = sent.stream().filter(payload -> payload.refCnt() > 0).count();
    assertThat(kept).isBetween(1L, DatagramTargets.MAX_WAITING_BYTES / (64L + bytes));
    assertThat(targets.close()).isEqualTo(sent.size());
    assertThat(sent).allMatch(payload -> payload.refCnt() == 0);
  }

  private void block() {
    try {
      busy.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
