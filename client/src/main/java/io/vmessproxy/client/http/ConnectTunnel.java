package io.vmessproxy.client.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.InboundReply;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;

/** A CONNECT: a tunnel is opened, and the front end leaves the pipeline to it. */
final class ConnectTunnel implements Exchange, InboundReply {
  private static final HttpResponseStatus ESTABLISHED =
      new HttpResponseStatus(200, "Connection established");

  private final HttpProxyHandshake front;
  private final Channel client;
  private final HttpRequest request;
  private final Session session;
  private final Dispatcher dispatcher;

  ConnectTunnel(
      HttpProxyHandshake front,
      Channel client,
      HttpRequest request,
      Session session,
      Dispatcher dispatcher) {
    this.front = front;
    this.client = client;
    this.request = request;
    this.session = session;
    this.dispatcher = dispatcher;
  }

  /**
   * The end of the head, and nothing else: what follows stays in the decoder. Opened only here,
   * since the decoder must have handed over all it made of the head before it can be removed.
   */
  @Override
  public void content(HttpContent content) {
    content.release();
    if (content instanceof LastHttpContent) {
      dispatcher.dispatch(client, session, this);
    }
  }

  @Override
  public void connected() {
    // Neither a length nor a coding: clients take either for a body before the tunnel.
    client.writeAndFlush(
        new DefaultFullHttpResponse(
            ErrorPage.version(request), ESTABLISHED, Unpooled.EMPTY_BUFFER));
    front.leave();
  }

  @Override
  public void failed(OutboundException cause) {
    front.refuse(HttpRefusal.of(cause));
  }
}
