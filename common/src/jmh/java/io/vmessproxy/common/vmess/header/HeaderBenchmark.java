package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a connection costs before its first byte. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HeaderBenchmark {
  private final SecureRandom random = new SecureRandom();
  private final CommandKey key = CommandKey.of(UserId.random(random));
  private final ByteBuf out = UnpooledByteBufAllocator.DEFAULT.heapBuffer(1024);
  private final RequestHeader header = header();

  private RequestHeader header() {
    return new RequestHeader(
        SessionKeys.random(random),
        BodyOptions.recommended(Security.AES_128_GCM, Command.TCP),
        Security.AES_128_GCM,
        Command.TCP,
        new Destination(Address.of("www.example.com"), 443));
  }

  /** Keys and fields of a request. */
  @Benchmark
  public RequestHeader make() {
    return header();
  }

  /** The request, sealed. */
  @Benchmark
  public ByteBuf seal() {
    AeadSeal.seal(header, key, 1_700_000_000L, random, out.clear());
    return out;
  }

  /** The response's header, made and opened. */
  @Benchmark
  public Object response() {
    ResponseHeaderCodec.encode(header.keys(), null, out.clear());
    return ResponseHeaderCodec.decode(out, header.keys());
  }

  /** The body's two directions, made and not used. */
  @Benchmark
  public Object bodies() {
    return new Object[] {BodyPipeline.requestEncoder(header), BodyPipeline.responseDecoder(header)};
  }
}
