package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.mux.MuxFrameDecoder.DataForm;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A connection of Mux.Cool, either end, under a peer that sends what it likes while our streams
 * write, end, stall and close. Nothing is thrown; what is written are frames; in the end all
 * streams are closed and no buffer is left.
 */
public final class MuxConnectionFuzzer {
  private static final Destination TARGET = new Destination(Address.of("192.0.2.1"), 53);

  private static final MuxLimits LIMITS =
      new MuxLimits(4, 100, 10_000, Duration.ofSeconds(5), 2048, Duration.ofSeconds(16));

  /** For each stream its buffer and the read that goes beyond it, a datagram being gathered. */
  private static final int MAX_KEPT_BYTES = 5 * (10_000 + (2 << 16));

  private final CountingAllocator alloc = new CountingAllocator();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Channel> streams = new ArrayList<>();
  private final MuxConnection mux;
  private final ChannelHandlerContext context;
  private final MuxFrameDecoder written = new MuxFrameDecoder(new Dropped(), alloc);
  private long bytes;

  private MuxConnectionFuzzer(boolean server) {
    channel.config().setAllocator(alloc);
    channel.freezeTime();
    mux =
        server
            ? MuxConnection.server((stream, network, destination) -> add(stream), LIMITS)
            : MuxConnection.client(LIMITS);
    channel.pipeline().addLast(mux);
    context = channel.pipeline().context(mux);
    mux.start();
  }

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    boolean server = in.nextBoolean();
    MuxConnectionFuzzer fuzzer = new MuxConnectionFuzzer(server);
    while (!in.isEmpty() && fuzzer.channel.isOpen()) {
      fuzzer.step(in, server);
      fuzzer.carry();
    }
    fuzzer.finish();
  }

  private void step(FuzzInput in, boolean server) {
    switch (in.next(8)) {
      case 0 -> receive(in.bytes(in.next()));
      case 1, 2, 3, 4 -> receive(frame(in));
      case 5 -> {
        channel.advanceTimeBy(3, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
      }
      case 6 -> {
        if (!server && !mux.full()) {
          add(mux.open(in.pick(Network.values()), TARGET));
        }
      }
      default -> disturb(in);
    }
  }

  private void add(Channel stream) {
    Recorder.of(stream);
    streams.add(stream);
  }

  /** One of the right form: a status, a number, options, what else the metadata hold, and data. */
  private static byte[] frame(FuzzInput in) {
    int status = 1 + in.next(4);
    int id = in.next(6);
    int options = in.next(4);
    byte[] more = in.bytes(in.next(24));
    byte[] data = new byte[(options & 1) == 0 ? 0 : in.nextShort()];
    int metadata = 4 + more.length;
    byte[] head = {0, (byte) metadata, 0, (byte) id, (byte) status, (byte) options};
    byte[] length =
        (options & 1) == 0
            ? new byte[0]
            : new byte[] {(byte) (data.length >>> 8), (byte) data.length};
    return joined(head, more, length, data);
  }

  private static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Not through the pipeline, which would catch what is thrown. */
  private void receive(byte[] wire) {
    if (channel.config().isAutoRead()) {
      bytes += wire.length;
      mux.channelRead(context, alloc.buffer(wire.length).writeBytes(wire));
      mux.channelReadComplete(context);
    }
  }

  private void disturb(FuzzInput in) {
    if (streams.isEmpty()) {
      return;
    }
    Channel stream = streams.get(in.next(streams.size()));
    switch (in.next(8)) {
      case 0 -> stream.close();
      case 1 -> stream.writeAndFlush(EndOfStream.INSTANCE);
      case 2 -> stream.read();
      case 3 -> stream.config().setAutoRead(false);
      case 4, 5 -> stream.config().setAutoRead(true);
      default -> write(stream, in.nextShort());
    }
  }

  private void write(Channel stream, int length) {
    bytes += length;
    ByteBuf data = alloc.buffer(length).writeZero(length);
    boolean udp = ((MuxStream) stream).network() == Network.UDP;
    stream.writeAndFlush(udp ? new Datagram(TARGET, data) : data);
  }

  /** The peer reads all that is there, and it must be frames. */
  private void carry() {
    channel.runPendingTasks();
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out instanceof ByteBuf frames) {
        written.decode(frames);
        frames.release();
      }
    }
  }

  private void finish() {
    streams.forEach(stream -> stream.config().setAutoRead(true));
    carry();
    channel.finishAndReleaseAll();
    channel.runPendingTasks();
    written.close();
    if (mux.openStreams() != 0 || streams.stream().anyMatch(Channel::isOpen)) {
      throw new AssertionError(mux.openStreams() + " streams are still open");
    }
    alloc.check(MAX_KEPT_BYTES + 4 * bytes);
  }

  /** Only whether they can be read matters. */
  private static final class Dropped implements MuxFrameDecoder.Listener {
    @Override
    public DataForm frame(MuxFrame frame) {
      return DataForm.NONE;
    }

    @Override
    public void data(ByteBuf data) {
      data.release();
    }
  }
}
