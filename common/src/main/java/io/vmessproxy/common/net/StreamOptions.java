package io.vmessproxy.common.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.util.Map;

/**
 * How every TCP socket of a stream is set up, accepted or connected: auto-read off, so that nothing
 * is read before there is someone to read it.
 */
public final class StreamOptions {
  /** At this many waiting bytes the other side is no longer read. */
  private static final int HIGH_WATER_BYTES = 256 * 1024;

  private static final int LOW_WATER_BYTES = 64 * 1024;

  /** A read starts small, so that idle connections stay small, and grows to this. */
  private static final int MAX_READ_BYTES = 64 * 1024;

  /** Bounds what one wake-up reads to 256 KiB, and so what a stalled peer can make us hold. */
  private static final int MAX_READS = 4;

  private static final Map<ChannelOption<?>, Object> OPTIONS =
      Map.of(
          ChannelOption.TCP_NODELAY,
          true,
          ChannelOption.AUTO_READ,
          false,
          ChannelOption.WRITE_BUFFER_WATER_MARK,
          new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES));

  private StreamOptions() {}

  /** Sets up connecting sockets. */
  public static void apply(Bootstrap bootstrap) {
    OPTIONS.forEach((option, value) -> set(bootstrap, option, value));
    bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, reads());
  }

  /** Sets up a listener and the sockets it accepts. */
  public static void apply(ServerBootstrap bootstrap) {
    bootstrap.option(ChannelOption.SO_BACKLOG, 4096);
    bootstrap.option(ChannelOption.SO_REUSEADDR, true);
    OPTIONS.forEach((option, value) -> setChild(bootstrap, option, value));
    bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, reads());
  }

  private static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(2048, 8192, MAX_READ_BYTES)
        .maxMessagesPerRead(MAX_READS);
  }

  @SuppressWarnings("unchecked") // The map holds each option with a value of its own type.
  private static <T> void set(Bootstrap bootstrap, ChannelOption<T> option, Object value) {
    bootstrap.option(option, (T) value);
  }

  @SuppressWarnings("unchecked") // As above.
  private static <T> void setChild(
      ServerBootstrap bootstrap, ChannelOption<T> option, Object value) {
    bootstrap.childOption(option, (T) value);
  }
}
