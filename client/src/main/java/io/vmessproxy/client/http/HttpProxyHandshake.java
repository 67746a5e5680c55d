package io.vmessproxy.client.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.HandshakeEvent;
import io.vmessproxy.client.session.Session;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP front end: takes one request after the other and starts what it asks for.
 *
 * <p>Sits behind {@link RequestDecoder} and the response encoder. While an {@link Exchange} runs,
 * the decoder holds all later requests back. Leaves for a tunnel; else lives as long as the
 * connection, which may carry requests for any number of hosts. Source: RFC 9110, 9112.
 */
public final class HttpProxyHandshake extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(HttpProxyHandshake.class);

  private final Credentials credentials;
  private final Dispatcher dispatcher;
  private final Duration keepAlive;
  private final RequestDecoder decoder = new RequestDecoder();
  private final HttpResponseEncoder encoder = new HttpResponseEncoder();

  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpRequest request;
  private @Nullable Exchange exchange;
  private @Nullable ScheduledFuture<?> idleTimer;
  private boolean closing;
  private boolean clientEnded;

  private HttpProxyHandshake(Credentials credentials, Dispatcher dispatcher, Duration keepAlive) {
    this.credentials = credentials;
    this.dispatcher = dispatcher;
    this.keepAlive = keepAlive;
  }

  /**
   * Puts the front end and its codec at the tail of a pipeline.
   *
   * @param keepAlive how long a connection may wait for its next request
   */
  public static void install(
      ChannelPipeline pipeline,
      Credentials credentials,
      Dispatcher dispatcher,
      Duration keepAlive) {
    HttpProxyHandshake front = new HttpProxyHandshake(credentials, dispatcher, keepAlive);
    pipeline.addLast(front.decoder).addLast(front.encoder).addLast(front);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (closing) {
      ReferenceCountUtil.release(msg);
      return;
    }
    if (msg instanceof HttpRequest head) {
      begin(ctx, head);
    } else if (msg instanceof HttpContent content && exchange != null) {
      exchange.content(content);
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    stopIdleTimer();
    request = head;
    try {
      RequestTarget.refuseOriginForm(head);
      RequestCheck.check(head);
      ctx.pipeline().fireUserEventTriggered(HandshakeEvent.REQUEST_READ);
      if (ProxyAuthorization.accepts(head.headers(), credentials)) {
        ctx.channel().config().setAutoRead(false);
        forward(ctx.channel(), head);
      } else {
        askForLogin(ctx, head);
      }
    } catch (HttpRefusal e) {
      logRefusal(ctx, e.sentence());
      refuse(e);
    }
  }

  private void logRefusal(ChannelHandlerContext ctx, String why) {
    dispatcher.refusals().write("http from " + ctx.channel().remoteAddress(), why);
  }

  private void forward(Channel client, HttpRequest head) {
    if (HttpMethod.CONNECT.equals(head.method())) {
      RequestTarget target = RequestTarget.ofConnect(head.uri());
      Session session = Session.of("http", target.destination());
      exchange = new ConnectTunnel(this, client, head, session, dispatcher);
      return;
    }
    RequestTarget target = RequestTarget.ofAbsolute(head.uri());
    LoopCheck.check(target.destination(), client.localAddress());
    if (MaxForwards.endsHere(head)) {
      writeLast(MaxForwards.answer(head, client.alloc()));
      return;
    }
    Session session = Session.of("http", target.destination());
    PlainExchange plain = new PlainExchange(this, client, head, target, session, dispatcher);
    exchange = plain;
    plain.open();
  }

  /** Browsers ask their user and try again on the same connection, so it stays open. */
  private void askForLogin(ChannelHandlerContext ctx, HttpRequest head) {
    logRefusal(ctx, "no or wrong user and password");
    FullHttpResponse page = ErrorPage.askForLogin(head, ctx.alloc());
    // Behind an Expect, a body may or may not follow: nobody could tell where the next one starts.
    boolean goesOn =
        ClientPersistence.wanted(head)
            && !HttpUtil.is100ContinueExpected(head)
            && HttpUtil.getContentLength(head, 0L) <= DroppedBody.MAX_BYTES;
    if (!goesOn) {
      page.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      writeLast(page);
      return;
    }
    ClientPersistence.announce(page.headers(), head, true);
    ctx.writeAndFlush(page);
    exchange = new DroppedBody(this);
  }

  /** Writes an error page for the running request, and ends the connection with it. */
  void refuse(HttpRefusal refusal) {
    ChannelHandlerContext ctx = context();
    if (request == null || closing) {
      return;
    }
    writeLast(ErrorPage.of(refusal, request, ctx.alloc()));
  }

  private void writeLast(FullHttpResponse response) {
    context().writeAndFlush(response);
    closeBehindAnswer();
  }

  /** The answer is written, and no other will be: the connection ends. */
  void closeBehindAnswer() {
    if (!closing) {
      closing = true;
      exchange = null;
      stopIdleTimer();
      context().pipeline().fireUserEventTriggered(HandshakeEvent.LAST_ANSWER);
    }
  }

  /** The answer is torn: the application must not take what it has for a whole one. */
  void reset() {
    closing = true;
    exchange = null;
    Channel client = context().channel();
    client.config().setOption(ChannelOption.SO_LINGER, 0);
    client.close();
  }

  /** The answer is written: on to the next request. */
  void nextRequest() {
    ChannelHandlerContext ctx = context();
    exchange = null;
    request = null;
    idleTimer = ctx.executor().schedule(this::idle, keepAlive.toMillis(), TimeUnit.MILLISECONDS);
    decoder.resume(ctx);
    if (clientEnded) {
      // What is still in the decoder may be whole requests; when they are answered, that was all.
      // Nothing is left to read, and epoll may have dropped a socket that is at its end.
      ctx.executor().execute(this::closeIfIdle);
      return;
    }
    ctx.channel().config().setAutoRead(true);
  }

  private void closeIfIdle() {
    if (exchange == null && !closing) {
      closeBehindAnswer();
    }
  }

  private void idle() {
    LOG.debug("{}: no request for {}", context().channel().remoteAddress(), keepAlive);
    closeBehindAnswer();
  }

  /**
   * Leaves the pipeline to a tunnel, whose handlers are in place behind: what was read behind the
   * request goes to them. The decoder goes last, since it passes on what it holds as it goes.
   */
  void leave() {
    ChannelHandlerContext ctx = context();
    closing = true;
    exchange = null;
    stopIdleTimer();
    if (!ctx.isRemoved()) {
      ChannelPipeline pipeline = ctx.pipeline();
      pipeline.remove(encoder);
      pipeline.remove(this);
      pipeline.remove(decoder);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.contentComplete();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.clientWritabilityChanged();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      clientEnded = true;
      if (exchange != null) {
        exchange.clientEnded();
      } else if (!closing) {
        ctx.executor().execute(this::closeIfIdle);
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopIdleTimer();
    closing = true;
    Exchange running = exchange;
    exchange = null;
    if (running != null) {
      running.clientGone();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("http from {}: {}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close();
  }

  private void stopIdleTimer() {
    if (idleTimer != null) {
      idleTimer.cancel(false);
      idleTimer = null;
    }
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }
}
