package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.vmess.VmessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both ends of a VMess stream have in common: plaintext and {@link EndOfStream} on one side,
 * sealed bodies on the other. Of a request for UDP each buffer of plaintext is one datagram, read
 * and written alike; one that no chunk can hold is dropped and counted.
 *
 * <p>A head goes out in one write with the first payload. A close at the boundary of a chunk is the
 * end of the stream, a close anywhere else an error: a {@link VmessException} is fired, and the
 * stream does not end. A close from this side is neither. Stays in the pipeline for the channel's
 * life.
 */
public abstract class BodyHandler extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(BodyHandler.class);

  private final BodyEncoder encoder;
  private final BodyDecoder decoder;
  private boolean headWritten;
  private boolean readEnded;
  private boolean closedByUs;
  private long droppedDatagrams;

  protected BodyHandler(BodyEncoder encoder, BodyDecoder decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /** The most that {@link #writeHead} appends, bytes. */
  protected abstract int maxHeadBytes();

  /** Appends what stands before the body's first byte. Called once. */
  protected abstract void writeHead(ByteBuf out);

  /** Whether the head has been written. */
  protected final boolean headWritten() {
    return headWritten;
  }

  /** Writes and flushes the head with no payload behind it. */
  protected final void writeHeadAlone(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(allocate(ctx, 0));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    boolean end = msg == EndOfStream.INSTANCE;
    ByteBuf payload = end ? Unpooled.EMPTY_BUFFER : (ByteBuf) msg;
    ByteBuf out = allocate(ctx, payload.readableBytes());
    try {
      if (end) {
        encoder.end(out);
      } else {
        encode(ctx, payload, out);
      }
    } catch (RuntimeException e) {
      out.release();
      throw e;
    } finally {
      payload.release();
    }
    ctx.write(out, promise);
  }

  private void encode(ChannelHandlerContext ctx, ByteBuf payload, ByteBuf out) {
    int bytes = payload.readableBytes();
    if (!encoder.encode(payload, out) && droppedDatagrams++ == 0) {
      LOG.debug(
          "{}: a datagram of {} bytes fits into no chunk; it and others like it are dropped",
          ctx.channel(),
          bytes);
    }
  }

  /** How many datagrams were dropped because no chunk could hold them; on the event loop. */
  public final long droppedDatagrams() {
    return droppedDatagrams;
  }

  /** A buffer with room for so much payload, sealed, or an end chunk; first of all the head. */
  private ByteBuf allocate(ChannelHandlerContext ctx, int payloadBytes) {
    int bodyBytes = encoder.sealedBytes(payloadBytes);
    if (headWritten) {
      return ctx.alloc().directBuffer(bodyBytes);
    }
    headWritten = true;
    ByteBuf out = ctx.alloc().directBuffer(maxHeadBytes() + bodyBytes);
    writeHead(out);
    return out;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    try {
      // Whoever hears of a datagram may close before the next one.
      while (in.isReadable() && !readEnded) {
        readBody(ctx, in);
      }
    } catch (VmessException e) {
      readEnded = true; // One report is enough; what follows is noise.
      ctx.fireExceptionCaught(e);
    } finally {
      in.release();
    }
  }

  private void readBody(ChannelHandlerContext ctx, ByteBuf in) {
    ByteBuf payload = decoder.decode(ctx.alloc(), in);
    if (payload != null) {
      ctx.fireChannelRead(payload);
    }
    if (decoder.ended()) {
      readEnded = true;
      ctx.fireChannelRead(EndOfStream.INSTANCE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!readEnded) {
      readEnded = true;
      if (decoder.atBoundary()) {
        ctx.fireChannelRead(EndOfStream.INSTANCE);
      } else {
        ctx.fireExceptionCaught(new VmessException("body: closed inside a chunk"));
      }
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    readEnded = true; // Our own close tells nothing of the peer's stream.
    closedByUs = true;
    ctx.close(promise);
  }

  /** Whether the channel was closed from this end. */
  protected final boolean closedByUs() {
    return closedByUs;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    readEnded = true; // Cut off: the close that follows is no end, wherever it falls.
    ctx.fireExceptionCaught(cause);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    decoder.close();
  }
}
