package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vmessproxy.common.mux.MuxFrameDecoder.DataForm;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams for any target in a stream of their own, called XUDP: frames of Mux.Cool with the one
 * number 0, each with its datagram's address. The client's end; the server's is a {@link
 * MuxConnection}.
 *
 * <p>Stands behind a handler that carries {@link ByteBuf}s and {@link EndOfStream}, and turns them
 * into {@link Datagram}s and {@link EndOfStream}. Wrong frames are fired as a {@link MuxException},
 * and the stream does not end.
 *
 * <p>Source: Xray, common/xudp.
 */
public final class XudpDatagrams extends ChannelDuplexHandler {
  private static final int ID = 0;

  private final int maxDatagramBytes;
  private final long globalId;

  private @Nullable MuxFrameDecoder decoder;
  private @Nullable Destination firstTarget;
  private boolean readEnded;
  private long dropped;

  /**
   * @param maxDatagramBytes the longest payload that is sent; longer ones are dropped
   * @param globalId a number that nobody can guess and that stays with the local socket, so that a
   *     server may keep its own socket for it; 0 for none
   */
  public XudpDatagrams(int maxDatagramBytes, long globalId) {
    this.maxDatagramBytes = maxDatagramBytes;
    this.globalId = globalId;
  }

  /** How many datagrams were dropped: too long, empty, or from nowhere. */
  public long dropped() {
    return dropped;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    decoder = new MuxFrameDecoder(new Reader(ctx), ctx.alloc());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (decoder != null) {
      decoder.close();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (msg instanceof Datagram datagram) {
      writeDatagram(ctx, datagram, promise);
      return;
    }
    if (msg == EndOfStream.INSTANCE && firstTarget != null) {
      ctx.write(MuxFrameEncoder.encode(MuxFrame.End.of(ID, false), ctx.alloc()));
    }
    ctx.write(msg, promise);
  }

  private void writeDatagram(ChannelHandlerContext ctx, Datagram datagram, ChannelPromise promise) {
    ByteBuf payload = datagram.content();
    int bytes = payload.readableBytes();
    if (bytes == 0 || bytes > maxDatagramBytes) {
      dropped++;
      datagram.release();
      promise.trySuccess();
      return;
    }
    ByteBuf frame = MuxFrameEncoder.head(frameTo(datagram.destination()), bytes, ctx.alloc());
    frame.writeBytes(payload);
    datagram.release();
    ctx.write(frame, promise);
  }

  private MuxFrame frameTo(Destination destination) {
    if (firstTarget != null) {
      return new MuxFrame.Keep(ID, true, destination);
    }
    firstTarget = destination;
    return new MuxFrame.New(ID, true, Network.UDP, destination, globalId);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg == EndOfStream.INSTANCE) {
      end(ctx);
      return;
    }
    ByteBuf in = (ByteBuf) msg;
    try {
      if (!readEnded && decoder != null) {
        decoder.decode(in);
      }
    } catch (MuxException e) {
      readEnded = true;
      ctx.fireExceptionCaught(e);
    } finally {
      in.release();
    }
  }

  private void end(ChannelHandlerContext ctx) {
    if (!readEnded) {
      readEnded = true;
      ctx.fireChannelRead(EndOfStream.INSTANCE);
    }
  }

  /** Turns the server's frames into datagrams. */
  private final class Reader implements MuxFrameDecoder.Listener {
    private final ChannelHandlerContext ctx;
    private @Nullable Destination source;

    Reader(ChannelHandlerContext ctx) {
      this.ctx = ctx;
    }

    @Override
    public DataForm frame(MuxFrame frame) {
      if (frame instanceof MuxFrame.Keep keep && !readEnded) {
        source = keep.address() == null ? firstTarget : keep.address();
        return DataForm.WHOLE;
      }
      if (!(frame instanceof MuxFrame.KeepAlive)) {
        end(ctx);
      }
      return DataForm.NONE;
    }

    @Override
    public void data(ByteBuf data) {
      if (source == null) {
        dropped++;
        data.release();
        return;
      }
      ctx.fireChannelRead(new Datagram(source, data));
    }
  }
}
