package io.vmessproxy.client.transport.httpheader;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.Browser;
import io.vmessproxy.client.transport.http1.HeadBeforeStream;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http1.Opening;
import io.vmessproxy.client.transport.http1.Refusals;
import io.vmessproxy.client.transport.http1.SkippedHead;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP with the head of an HTTP message before each direction: the client's end.
 *
 * <p>Opens at once: the head goes with the first write, and the server's comes with its first
 * payload. A refusal is a {@link io.vmessproxy.client.transport.LateFailure}.
 *
 * <p>Source: v2ray-core, transport/internet/headers/http.
 */
public final class HttpHeaderTransport implements OutboundTransport {
  private final OutboundTransport below;
  private final TransportSettings.HttpHeader settings;
  private final String originHost;
  private final Refusals refusals;

  public HttpHeaderTransport(
      OutboundTransport below, TransportSettings.HttpHeader settings, Origin origin) {
    this.below = below;
    this.settings = settings;
    this.originHost = origin.host();
    this.refusals = new Refusals(settings.name(), origin.tls() != null, 200);
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    return Opening.open(
        below,
        loop,
        (channel, promise) -> {
          channel
              .pipeline()
              .addLast(new SkippedHead(refusals))
              .addLast(new HeadBeforeStream(this::head));
          promise.trySuccess(channel);
        });
  }

  private HeadText head() {
    HttpHeaders picked = HeadText.newHeaders();
    for (Map.Entry<String, List<String>> header : settings.headers().entrySet()) {
      if (!header.getValue().isEmpty()) {
        picked.set(header.getKey(), any(header.getValue()));
      }
    }
    HeadText head =
        HeadText.request(settings.method(), any(settings.paths()))
            .header("Host", picked.get(HttpHeaderNames.HOST, originHost));
    picked.remove(HttpHeaderNames.HOST);
    return picked.isEmpty() ? likeABrowser(head) : head.headers(picked);
  }

  /** A link can name hosts, and nothing else: the rest is a browser's then. */
  private static HeadText likeABrowser(HeadText head) {
    return head.header("User-Agent", Browser.any())
        .header("Accept", "*/*")
        .header("Accept-Language", "en-US,en;q=0.9")
        .header("Accept-Encoding", "gzip, deflate")
        .header("Connection", "keep-alive")
        .header("Pragma", "no-cache");
  }

  private static String any(List<String> values) {
    return values.get(ThreadLocalRandom.current().nextInt(values.size()));
  }
}
