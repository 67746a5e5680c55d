package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Mux.Cool connection, either end: many streams, each a {@link Channel}, in one.
 *
 * <p>Stands at the tail of a channel that carries {@link ByteBuf}s and one {@link EndOfStream} each
 * way, with auto-read off until {@link #start}; from there the connection alone decides when the
 * channel is read. Everything here is on the channel's event loop.
 *
 * <p>An End ends a stream in both directions. So the server's end of a stream sends it as soon as
 * the target has ended, and the client's end only when the stream is closed. When the channel ends
 * or closes, so do all streams, without an {@link EndOfStream}. A client that opens a stream under
 * a number that is in use has lost count: that fails the connection.
 */
public final class MuxConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(MuxConnection.class);

  /** How long the peer may take for the last bytes of a connection that nobody needs. */
  private static final int CLOSE_WAIT_SECONDS = 5;

  private final @Nullable MuxAcceptor acceptor;
  private final MuxLimits limits;
  private final IntObjectMap<MuxStream> streams = new IntObjectHashMap<>();
  private final List<StreamInput> readComplete = new ArrayList<>();

  // Set when the handler is added.
  private ChannelHandlerContext ctx;
  private FrameWriter writer;
  private ReadPause readPause;
  private MuxFrameDecoder decoder;

  private int opened;
  private int openStreams;
  private long datagramsDropped;
  private boolean reading;
  private boolean over;
  private @Nullable ScheduledFuture<?> idleTimer;

  private MuxConnection(@Nullable MuxAcceptor acceptor, MuxLimits limits) {
    this.acceptor = acceptor;
    this.limits = limits;
  }

  /** The end that opens streams. */
  public static MuxConnection client(MuxLimits limits) {
    return new MuxConnection(null, limits);
  }

  /** The end that accepts streams. */
  public static MuxConnection server(MuxAcceptor acceptor, MuxLimits limits) {
    return new MuxConnection(acceptor, limits);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    this.ctx = ctx;
    writer = new FrameWriter(ctx);
    readPause = new ReadPause(ctx.channel(), limits.maxStall(), () -> streams.size() > 1);
    decoder = new MuxFrameDecoder(new FrameReader(this, acceptor), ctx.alloc());
  }

  /** Reads from now on. */
  public void start() {
    watchIdle();
    ctx.channel().config().setAutoRead(true);
  }

  /** What the streams travel in. Its close is the connection's. */
  public Channel channel() {
    return ctx.channel();
  }

  /**
   * Opens a stream; the client's end. It is active at once, with auto-read off: nobody tells
   * whether the server reaches the target, but a stream that closes before anything was read.
   *
   * <p>A {@link Network#TCP} stream carries {@link ByteBuf}s and {@link EndOfStream}, a {@link
   * Network#UDP} stream {@link io.vmessproxy.common.net.Datagram}s.
   *
   * @param destination where it goes; of datagrams, where those without an address come from
   * @throws IllegalStateException if the connection is {@link #full}
   */
  public Channel open(Network network, Destination destination) {
    if (acceptor != null || over || opened == limits.maxStreamsEver()) {
      throw new IllegalStateException(
          "mux: %d streams opened, %s (expected: a client's end with room for one more)"
              .formatted(opened, over ? "over" : "not over"));
    }
    int id = opened + 1;
    var link = new StreamFrames.Link(id, destination, writer);
    return register(
        new MuxStream(
            this, network, new ClientFrames(link, network, limits, ctx.channel().eventLoop())));
  }

  /** How many streams are not closed. */
  public int openStreams() {
    return openStreams;
  }

  /** How many streams there have been. */
  public int opened() {
    return opened;
  }

  /**
   * Whether no more streams should be opened here: there are enough, or the connection is over, or
   * it is not read because a stream is stalled.
   */
  public boolean full() {
    return over || !hasRoom() || readPause.active() || !ctx.channel().isActive();
  }

  /** How many datagrams were dropped: too long, empty, for nobody, or faster than their reader. */
  public long datagramsDropped() {
    return datagramsDropped;
  }

  // ---- The streams' side.

  MuxLimits limits() {
    return limits;
  }

  FrameWriter writer() {
    return writer;
  }

  ReadPause readPause() {
    return readPause;
  }

  void datagramDropped() {
    datagramsDropped++;
  }

  /** The stream's reader learns at the end of this turn that there is no more for now. */
  void readCompletesLater(StreamInput input) {
    readComplete.add(input);
  }

  /** The stream under this number, if there is one. */
  @Nullable MuxStream stream(int id) {
    return streams.get(id);
  }

  /** No frame of this stream comes or goes any more. */
  void forget(MuxStream stream) {
    streams.remove(stream.frames().id(), stream);
    stream.setOver();
    readPause.remove(stream);
  }

  /** The stream's channel is closed; {@code end} is what the peer is told of it. */
  void closed(MuxStream stream, MuxFrame.@Nullable End end) {
    forget(stream);
    openStreams--;
    if (end != null && !over) {
      writer.write(end);
      writer.flush();
    }
    watchIdle();
  }

  /** Whether the limits allow for one more stream. */
  boolean hasRoom() {
    return openStreams < limits.maxStreams() && opened < limits.maxStreamsEver();
  }

  /** Adds a new stream. */
  MuxStream register(MuxStream stream) {
    opened++;
    openStreams++;
    readPause.sharedFromNow();
    streams.put(stream.frames().id(), stream);
    watchIdle();
    ctx.channel().eventLoop().register(stream);
    return stream;
  }

  // ---- The channel's side.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!reading) {
      reading = true;
      writer.holdFlush();
      // Who hands on what was left over from a handshake may not tell that this is all.
      ctx.executor().execute(this::completeRead);
    }
    if (msg == EndOfStream.INSTANCE) {
      end();
      return;
    }
    ByteBuf in = (ByteBuf) msg;
    try {
      if (!over) {
        decoder.decode(in);
      }
    } catch (MuxException e) {
      exceptionCaught(ctx, e);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    completeRead();
    ctx.fireChannelReadComplete();
  }

  private void completeRead() {
    if (!reading) {
      return;
    }
    reading = false;
    List<StreamInput> inputs = List.copyOf(readComplete);
    readComplete.clear();
    inputs.forEach(StreamInput::complete);
    writer.flushNow();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    writer.writeWaiting();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", ctx.channel(), cause.toString());
    stop();
    ctx.close();
  }

  /** Cuts all streams that need the connection; those that are over are read to their end. */
  private void stop() {
    if (over) {
      return;
    }
    over = true;
    decoder.close();
    readPause.stop();
    watchIdle();
    for (MuxStream stream : List.copyOf(streams.values())) {
      forget(stream);
      stream.cut();
    }
  }

  /** Closes the channel in order: behind what is still to be written. */
  private void end() {
    stop();
    if (!ctx.channel().isActive()) {
      return;
    }
    ctx.writeAndFlush(EndOfStream.INSTANCE).addListener(ChannelFutureListener.CLOSE);
    var late = ctx.executor().schedule(() -> ctx.close(), CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
    ctx.channel().closeFuture().addListener(closed -> late.cancel(false));
  }

  private void watchIdle() {
    if (idleTimer != null) {
      idleTimer.cancel(false);
      idleTimer = null;
    }
    if (openStreams == 0 && !over) {
      idleTimer =
          ctx.executor().schedule(this::end, limits.maxIdle().toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
