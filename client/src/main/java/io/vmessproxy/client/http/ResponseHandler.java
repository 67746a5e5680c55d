package io.vmessproxy.client.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes the answer to one request on to the application, framed so that it can tell its end.
 *
 * <p>Sits at the tail of the stream's pipeline, behind {@link ResponseDecoder}. Leaves for a relay
 * when the protocol is switched; else the stream ends with the answer.
 */
final class ResponseHandler extends ChannelInboundHandlerAdapter {
  private enum State {
    HEAD,
    INTERIM,
    SWITCHING,
    BODY,
    DONE
  }

  private final PlainExchange exchange;
  private final Channel client;
  private final ClientSide clientSide;
  private State state = State.HEAD;
  private boolean persistent;
  private @Nullable HttpResponse switching;

  ResponseHandler(PlainExchange exchange, Channel client, ClientSide clientSide) {
    this.exchange = exchange;
    this.client = client;
    this.clientSide = clientSide;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (exchange.over() || state == State.DONE) {
      ReferenceCountUtil.release(msg);
      return;
    }
    exchange.touch();
    if (msg instanceof HttpResponse response) {
      head(response);
    } else if (msg instanceof HttpContent content) {
      content(content);
    } else {
      ctx.fireChannelRead(msg);
    }
  }

  private void head(HttpResponse response) {
    HttpResponseStatus status = response.status();
    if (response.decoderResult().isFailure()) {
      exchange.badAnswer("malformed answer: " + response.decoderResult().cause().getMessage());
    } else if (HttpResponseStatus.SWITCHING_PROTOCOLS.equals(status)) {
      switchProtocols(response);
    } else if (status.codeClass() == HttpStatusClass.INFORMATIONAL) {
      state = State.INTERIM;
      if (clientSide.speaksChunks()) {
        HopByHop.remove(response.headers());
        response.setProtocolVersion(clientSide.version());
        client.write(response);
        client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    } else {
      finalHead(response);
    }
  }

  private void switchProtocols(HttpResponse response) {
    if (!clientSide.upgrade() || !exchange.requestEnded()) {
      exchange.badAnswer("answered 101, which the application did not ask for");
      return;
    }
    HopByHop.removeProxyOnly(response.headers());
    response.setProtocolVersion(clientSide.version());
    switching = response;
    state = State.SWITCHING;
  }

  private void finalHead(HttpResponse response) {
    HttpHeaders headers = response.headers();
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    boolean chunked = !codings.isEmpty();
    if (chunked
        && (codings.size() > 1
            || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0).trim()))) {
      exchange.badAnswer("transfer coding " + codings + " (expected: chunked)");
      return;
    }
    boolean delimited = frame(response);
    // An answer that comes before the request's end may leave the rest of it unsent.
    persistent = delimited && clientSide.persistent() && exchange.requestEnded();
    ClientPersistence.announce(headers, clientSide.saidProxyConnection(), persistent);
    response.setProtocolVersion(clientSide.version());
    clientSide.setAnswered();
    state = State.BODY;
    client.write(response);
  }

  /** Sets the headers that frame the body; returns whether the application can see its end. */
  private boolean frame(HttpResponse response) {
    HttpHeaders headers = response.headers();
    HopByHop.remove(headers);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    int code = response.status().code();
    if (clientSide.head() || code == 204 || code == 304) {
      return true;
    }
    if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      return true;
    }
    if (clientSide.speaksChunks()) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      return true;
    }
    return false;
  }

  private void content(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      exchange.badAnswer("malformed chunk in the answer");
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (state != State.BODY) {
      content.release();
      if (last) {
        interimEnded();
      }
      return;
    }
    ChannelFuture written = client.write(content);
    if (last) {
      state = State.DONE;
      client.flush();
      exchange.answered(written, persistent);
    } else {
      written.addListener(done -> exchange.touch());
    }
  }

  private void interimEnded() {
    if (switching != null) {
      state = State.DONE;
      exchange.switchProtocols(switching);
    } else {
      state = State.HEAD;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    client.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    exchange.upstreamWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      brokenOff();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    brokenOff();
  }

  private void brokenOff() {
    if (state != State.DONE) {
      exchange.fail(new ClosedChannelException());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (state != State.DONE) {
      exchange.fail(cause);
    }
    ctx.close();
  }
}
