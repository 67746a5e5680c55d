package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One read of 64 KiB, in direct buffers as the sockets have them. A decoder must open each chunk
 * once and in order, so {@code pass} seals small chunks, as V2Ray does, and opens them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BodyBenchmark {
  private static final int READ_BYTES = 1 << 16;

  /** Which body. */
  @Param({"AES_128_GCM", "CHACHA20_POLY1305", "NONE"})
  public Security security;

  /** Payload of a chunk that is opened: V2Ray's, Xray's, ours. */
  @Param({"1966", "8110", "15000"})
  public int chunkBytes;

  private BodyEncoder encoder;
  private BodyEncoder peer;
  private BodyDecoder decoder;
  private ByteBuf plain;
  private ByteBuf wire;

  /** Makes both ends. */
  @Setup
  public void start() {
    encoder = BodyPipeline.requestEncoder(header());
    RequestHeader header = header();
    peer = BodyPipeline.requestEncoder(header);
    decoder = BodyPipeline.requestDecoder(header);
    plain = PooledByteBufAllocator.DEFAULT.directBuffer(READ_BYTES).writeZero(READ_BYTES);
    wire = PooledByteBufAllocator.DEFAULT.directBuffer(2 * READ_BYTES);
  }

  private RequestHeader header() {
    return new RequestHeader(
        SessionKeys.random(new SecureRandom()),
        BodyOptions.recommended(security, Command.TCP),
        security,
        Command.TCP,
        new Destination(Address.of("www.example.com"), 443));
  }

  /** Gives the buffers back. */
  @TearDown
  public void stop() {
    plain.release();
    wire.release();
    decoder.close();
  }

  /** Seals one read. */
  @Benchmark
  public ByteBuf seal() {
    encoder.encode(plain.setIndex(0, READ_BYTES), wire.clear());
    return wire;
  }

  /** Seals one read in chunks of that size, and opens them. */
  @Benchmark
  public int pass() {
    wire.clear();
    plain.setIndex(0, READ_BYTES);
    while (plain.isReadable()) {
      peer.encode(plain.readSlice(Math.min(chunkBytes, plain.readableBytes())), wire);
    }
    ByteBuf opened = decoder.decode(PooledByteBufAllocator.DEFAULT, wire);
    int bytes = opened.readableBytes();
    opened.release();
    return bytes;
  }
}
