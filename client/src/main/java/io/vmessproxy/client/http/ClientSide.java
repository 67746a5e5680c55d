package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** What of a request its answer depends on, taken before the head is rewritten for the next hop. */
final class ClientSide {
  private final HttpVersion version;
  private final boolean head;
  private final boolean persistent;
  private final boolean saidProxyConnection;
  private final boolean upgrade;
  private boolean answered;

  private ClientSide(HttpRequest request) {
    version = ErrorPage.version(request);
    head = HttpMethod.HEAD.equals(request.method());
    persistent = ClientPersistence.wanted(request);
    saidProxyConnection = request.headers().contains(HopByHop.PROXY_CONNECTION);
    upgrade = wantsUpgrade(request);
  }

  static ClientSide of(HttpRequest request) {
    return new ClientSide(request);
  }

  /** Whether the request asks for another protocol behind its answer. */
  static boolean wantsUpgrade(HttpRequest request) {
    return HttpVersion.HTTP_1_1.equals(request.protocolVersion())
        && request.headers().contains(HttpHeaderNames.UPGRADE)
        && HopByHop.connectionHas(request.headers(), HttpHeaderValues.UPGRADE);
  }

  /** HTTP/1.1 or 1.0. */
  HttpVersion version() {
    return version;
  }

  boolean speaksChunks() {
    return HttpVersion.HTTP_1_1.equals(version);
  }

  boolean head() {
    return head;
  }

  boolean persistent() {
    return persistent;
  }

  boolean saidProxyConnection() {
    return saidProxyConnection;
  }

  boolean upgrade() {
    return upgrade;
  }

  /** Whether the final answer's head is written: from there on, failures can only cut. */
  boolean answered() {
    return answered;
  }

  void setAnswered() {
    answered = true;
  }
}
