package io.vmessproxy.common.vmess.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the codecs leave to the collector, in bytes for each MiB of payload: the same on any
 * machine, however busy. With {@code none} it is ours alone, and the bound leaves no room for an
 * object a chunk; the others are what the JCE makes, which differs from one Java to the next.
 */
class BodyAllocationTest {
  /** The leak detector's records would count. */
  private static final UnpooledByteBufAllocator ALLOC = new UnpooledByteBufAllocator(false, true);

  private static final int MIB = 1 << 20;
  private static final int READ_BYTES = 1 << 16;

  /** The payload of V2Ray's chunks. */
  private static final int SMALL_CHUNK = 1966;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @CsvSource({"NONE, 1", "AES_128_GCM, 120000", "CHACHA20_POLY1305, 120000"})
  void sealsWithLittleGarbage(Security security, long most) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(security));
    ByteBuf plain = ALLOC.directBuffer(READ_BYTES).writeZero(READ_BYTES);
    ByteBuf wire = ALLOC.directBuffer(2 * READ_BYTES);
    try {
      Runnable mebibyte =
          () -> {
            for (int i = 0; i < MIB / READ_BYTES; i++) {
              encoder.encode(plain.setIndex(0, READ_BYTES), wire.clear());
            }
          };
      assertThat(allocated(mebibyte)).isLessThan(most);
    } finally {
      plain.release();
      wire.release();
    }
  }

  @ParameterizedTest
  @CsvSource({"NONE, 24000", "AES_128_GCM, 800000", "CHACHA20_POLY1305, 800000"})
  void opensSmallChunksWithLittleGarbage(Security security, long most) {
    RequestHeader header = header(security);
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);
    ByteBuf plain = ALLOC.directBuffer(SMALL_CHUNK).writeZero(SMALL_CHUNK);
    ByteBuf wire = ALLOC.directBuffer(READ_BYTES);
    try {
      long sealing =
          allocated(
              () -> {
                BodyEncoder other = BodyPipeline.requestEncoder(header);
                for (int i = 0; i < MIB / SMALL_CHUNK; i++) {
                  other.encode(plain.setIndex(0, SMALL_CHUNK), wire.clear());
                }
              });
      Runnable mebibyte =
          () -> {
            int sealed = 0;
            while (sealed < MIB) {
              wire.clear();
              while (wire.readableBytes() < READ_BYTES - 2 * SMALL_CHUNK) {
                encoder.encode(plain.setIndex(0, SMALL_CHUNK), wire);
                sealed += SMALL_CHUNK;
              }
              ByteBuf opened = decoder.decode(ALLOC, wire);
              if (opened != null) {
                opened.release();
              }
            }
          };
      // What is opened, and what it took to have something to open, does not count.
      assertThat(allocated(mebibyte) - sealing - MIB).isLessThan(most);
    } finally {
      plain.release();
      wire.release();
      decoder.close();
    }
  }

  private long allocated(Runnable mebibyte) {
    mebibyte.run(); // Classes, thread locals and arrays that stay.
    long id = Thread.currentThread().getId();
    int times = 8;
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < times; i++) {
      mebibyte.run();
    }
    return (threads.getThreadAllocatedBytes(id) - before) / times;
  }

  private static RequestHeader header(Security security) {
    return new RequestHeader(
        SessionKeys.random(new SecureRandom()),
        BodyOptions.recommended(security, Command.TCP),
        security,
        Command.TCP,
        new Destination(Address.of("a.example"), 443));
  }
}
