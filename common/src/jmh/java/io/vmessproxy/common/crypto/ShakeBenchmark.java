package io.vmessproxy.common.crypto;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Masks and padding lengths: two words a chunk. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ShakeBenchmark {
  private final ShakeStream words = new ShakeStream(new byte[16]);
  private final byte[] seed = new byte[16];

  /** One word of a long stream. */
  @Benchmark
  public int word() {
    return words.nextUint16();
  }

  /** What each direction of a connection begins with. */
  @Benchmark
  public int firstWord() {
    return new ShakeStream(seed).nextUint16();
  }
}
