package io.vmessproxy.client.transport.ws;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http1.Refusals;
import io.vmessproxy.client.transport.http1.ResponseHead;
import io.vmessproxy.client.transport.http1.UpgradeRequest;
import org.jspecify.annotations.Nullable;

/** Makes the upgrade requests of one server. */
final class WsRequest {
  private final TransportSettings.WebSocket settings;
  private final HttpHeaders common;
  private final Refusals refusals;

  WsRequest(TransportSettings.WebSocket settings, Origin origin) {
    this.settings = settings;
    this.refusals = new Refusals(settings.name(), origin.tls() != null, 101);
    common = HeadText.requestHeaders(settings.host(), origin, settings.headers());
    common.remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS); // We understand none.
    common.set("Connection", "Upgrade");
    common.set("Upgrade", "websocket");
    common.set("Sec-WebSocket-Version", "13");
  }

  /**
   * A request with early data, or without.
   *
   * @param early its text; empty: none
   */
  UpgradeRequest with(String early) {
    TransportSettings.EarlyData how = settings.earlyData();
    String key = UpgradeKey.random();
    HttpHeaders headers = common.copy().set("Sec-WebSocket-Key", key);
    String path = settings.path();
    if (how != null && how.header().isEmpty()) {
      path = withoutQuery(path) + early;
    } else if (how != null && !early.isEmpty()) {
      headers.set(how.header(), early);
    }
    String offered = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    HeadText text = HeadText.request("GET", path).headers(headers);
    return new UpgradeRequest(text, refusals, answer -> check(answer, key, offered));
  }

  /** A query would stand between the path and the early data. */
  private static String withoutQuery(String path) {
    int query = path.indexOf('?');
    String rest = query < 0 ? path : path.substring(0, query);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private void check(ResponseHead answer, String key, @Nullable String offered)
      throws TransportException {
    String accept = answer.headers().get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
    if (!UpgradeKey.accept(key).equals(accept)) {
      throw refusals.wrongAnswer("answered 101 without the right Sec-WebSocket-Accept");
    }
    // A server that takes early data says so by an echo, or says nothing.
    String chosen = answer.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (offered != null && chosen != null && !chosen.equals(offered)) {
      throw refusals.wrongAnswer("answered 101 with another Sec-WebSocket-Protocol");
    }
  }
}
