package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server for an upgrade as soon as it is added to a pipeline, reads the head of the answer,
 * and leaves. Not a byte behind the head is lost, nor passed on before somebody reads.
 */
public final class UpgradeHandshake extends ChannelDuplexHandler {
  /** How long a server may take. */
  public static final Duration TIMEOUT = Duration.ofSeconds(4);

  private final UpgradeRequest request;
  private final Duration timeout;
  private final Outcome outcome;
  private final HeadReader reader = new HeadReader();

  private @Nullable ScheduledFuture<?> deadline;
  private boolean done;
  private boolean wanted; // Somebody behind us reads already.

  /** Who waits for the answer. One of the last two methods is called, once, on the event loop. */
  public interface Outcome {
    /** The server has taken it: handlers of what follows go behind {@code handshake}. */
    void install(ChannelHandlerContext handshake);

    /** Everything is in place. */
    void upgraded();

    /** It came to nothing; the channel is to be closed. */
    void failed(TransportException cause);
  }

  /**
   * @param timeout for the whole answer's head
   */
  public UpgradeHandshake(UpgradeRequest request, Duration timeout, Outcome outcome) {
    this.request = request;
    this.timeout = timeout;
    this.outcome = outcome;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      fail(request.refusals().closed(reader.seen()));
      return;
    }
    deadline =
        ctx.executor()
            .schedule(
                () -> fail(request.refusals().silent(timeout, reader.seen())),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    ctx.writeAndFlush(request.head()).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    ctx.read();
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    wanted = true;
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (done) {
      ReferenceCountUtil.release(msg);
      return;
    }
    reader.append(ctx.alloc(), (ByteBuf) msg);
    try {
      readHead(ctx);
    } catch (TransportException e) {
      fail(e);
    } catch (HeadException e) {
      fail(request.refusals().notHttp(e));
    }
  }

  private void readHead(ChannelHandlerContext ctx) throws TransportException {
    ResponseHead answer;
    do {
      request.refusals().checkFirstBytes(reader.seen());
      Head head = reader.head();
      if (head == null) {
        return;
      }
      answer = ResponseHead.of(head);
    } while (answer.isInterim());
    ServerDate.note(ctx.channel(), answer.headers().get(HttpHeaderNames.DATE));
    request.check(answer, reader.seen());
    succeed(ctx);
  }

  private void succeed(ChannelHandlerContext ctx) {
    finish();
    outcome.install(ctx);
    HeldBytes held = new HeldBytes(reader.takeRest());
    ctx.pipeline().addAfter(ctx.name(), null, held);
    ChannelHandlerContext holder = ctx.pipeline().context(held);
    ctx.pipeline().remove(this);
    outcome.upgraded();
    if (wanted || ctx.channel().config().isAutoRead()) {
      held.handOn(holder);
    }
  }

  private void fail(TransportException cause) {
    if (done) {
      return;
    }
    finish();
    reader.release();
    outcome.failed(cause);
  }

  private void finish() {
    done = true;
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!done && !ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(request.refusals().closed(reader.seen()));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(request.refusals().broken(cause));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    finish();
    reader.release();
  }
}
