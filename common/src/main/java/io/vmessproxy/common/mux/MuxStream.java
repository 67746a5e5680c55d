package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.util.internal.StringUtil;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;

/**
 * One stream of a {@link MuxConnection}, as a channel of its own on the connection's event loop.
 *
 * <p>What comes is queued while nobody reads. What is written waits in the channel's own buffer
 * until the connection takes it, so that writability is that of a socket. Once the stream is over,
 * which the peer's End brings about, what is queued is still read, then an {@link EndOfStream},
 * then the channel closes; what is written goes nowhere. A cut closes at once, without an {@link
 * EndOfStream}.
 */
final class MuxStream extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final MuxConnection connection;
  private final Network network;
  private final StreamFrames frames;
  private final ChannelConfig config = new Config();
  private final StreamInput input;

  private volatile boolean open = true;
  private boolean over; // Its number is forgotten: no frame comes or goes.
  private boolean outputEnded;
  private boolean waitsToWrite;

  MuxStream(MuxConnection connection, Network network, StreamFrames frames) {
    super(connection.channel());
    this.connection = connection;
    this.network = network;
    this.frames = frames;
    config.setAllocator(parent().alloc());
    this.input = new StreamInput(this, connection);
    config.setAutoRead(false);
  }

  StreamFrames frames() {
    return frames;
  }

  Network network() {
    return network;
  }

  /** Whether the stream is over for the connection, although the channel may still be read. */
  boolean over() {
    return over;
  }

  /** Bytes or a {@link Datagram} have come; the stream owns them. */
  void receive(Object message) {
    input.receive(message);
  }

  /** No frame of this stream comes or goes any more. */
  void setOver() {
    over = true;
    frames.stop();
  }

  /** The stream is {@link #setOver over}, and in order: what has come is still read. */
  void end() {
    if (!open) {
      return;
    }
    discardWrites();
    input.end();
  }

  /** The stream is {@link #setOver over}, but not in order: what has come is worthless. */
  void cut() {
    closeNow();
  }

  /** The stream's reader takes nothing, and others wait: the peer is told of the cut. */
  void resetStalled() {
    outputEnded = false;
    closeNow();
  }

  void closeNow() {
    unsafe().close(unsafe().voidPromise());
  }

  @Override
  protected void doBeginRead() {
    input.read();
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    boolean bytes =
        message instanceof ByteBuf data && (network == Network.TCP || !data.isReadable());
    boolean datagram = message instanceof Datagram && network == Network.UDP;
    if (bytes || datagram || message == EndOfStream.INSTANCE) {
      return message;
    }
    throw new UnsupportedOperationException(
        "mux stream, %s: %s (expected: %s or EndOfStream)"
            .formatted(
                network,
                StringUtil.simpleClassName(message),
                network == Network.TCP ? "ByteBuf" : "Datagram"));
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer writes) {
    if (over) {
      discardWrites();
    } else if (!waitsToWrite && !writes.isEmpty()) {
      waitsToWrite = true;
      connection.writer().add(this);
    }
  }

  /** Nobody takes it any more, but that is no error: the answer may be complete, and unread yet. */
  private void discardWrites() {
    ChannelOutboundBuffer writes = unsafe().outboundBuffer();
    while (writes != null && writes.current() != null) {
      writes.remove();
    }
  }

  /** Writes one frame of what was flushed. Returns whether there is more, for another turn. */
  boolean writeFrame() {
    ChannelOutboundBuffer writes = unsafe().outboundBuffer();
    if (writes != null && !over) {
      writeFrame(writes);
    }
    waitsToWrite = open && !over && writes != null && writes.current() != null;
    return waitsToWrite;
  }

  private void writeFrame(ChannelOutboundBuffer writes) {
    Object next = writes.current();
    if (outputEnded) {
      dropBehindEnd(writes);
    } else if (next == EndOfStream.INSTANCE) {
      writeEnd(writes);
    } else if (next instanceof ByteBuf) {
      frames.writeBytes(writes);
    } else if (next instanceof Datagram datagram) {
      if (!frames.writeDatagram(datagram)) {
        connection.datagramDropped();
      }
      writes.remove();
    }
  }

  private void writeEnd(ChannelOutboundBuffer writes) {
    outputEnded = true;
    boolean bothWays = frames.end();
    if (bothWays) {
      connection.forget(this);
    }
    writes.remove();
    if (bothWays) {
      end();
    }
  }

  /** Only an empty buffer makes sense there: its promise tells when all before it is out. */
  private static void dropBehindEnd(ChannelOutboundBuffer writes) {
    if (writes.current() instanceof ByteBuf data && !data.isReadable()) {
      writes.remove();
    } else {
      writes.remove(new ClosedChannelException());
    }
  }

  @Override
  protected void doClose() {
    open = false;
    input.close();
    frames.stop();
    connection.closed(this, over ? null : frames.closing(outputEnded));
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == parent().eventLoop();
  }

  @Override
  protected SocketAddress localAddress0() {
    return parent().localAddress();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return parent().remoteAddress();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("a mux stream is bound from the start");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new Unsafe();
  }

  @Override
  public String toString() {
    return "[mux stream " + frames.id() + " to " + frames.target() + " in " + parent() + "]";
  }

  private final class Unsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      promise.setFailure(
          new UnsupportedOperationException("a mux stream is connected from the start"));
    }
  }

  private final class Config extends DefaultChannelConfig {
    Config() {
      super(MuxStream.this);
    }

    @Override
    protected void autoReadCleared() {
      input.pause();
    }
  }
}
