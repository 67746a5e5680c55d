package io.vmessproxy.client.transport.h2;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadException;
import io.vmessproxy.client.transport.http1.RequestHead;
import io.vmessproxy.client.transport.http2.Http2Gate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets in requests whose path begins with the right one, for a host of the list. Method and headers
 * do not count.
 */
final class BodyGate implements Http2Gate {
  private final String path;
  private final List<String> hosts;

  BodyGate(TransportSettings.Http2 settings) {
    this.path = RequestHead.decodedPath(settings.path());
    this.hosts = settings.hosts();
  }

  @Override
  public @Nullable Http2Headers refusal(Http2Headers request) {
    if (leadsHere(String.valueOf(request.path())) && isOurs(host(request))) {
      return null;
    }
    return new DefaultHttp2Headers().status("404");
  }

  private boolean leadsHere(String target) {
    try {
      return RequestHead.decodedPath(target).startsWith(path);
    } catch (HeadException e) {
      return false;
    }
  }

  /** A proxy that got a request as HTTP/1.1 may leave its host a header. */
  private static String host(Http2Headers request) {
    CharSequence authority = request.authority();
    return String.valueOf(authority == null ? request.get("host") : authority);
  }

  private boolean isOurs(String authority) {
    return hosts.isEmpty() || hosts.stream().anyMatch(authority::equalsIgnoreCase);
  }

  @Override
  public Http2Headers answer() {
    return new DefaultHttp2Headers().status("200").set("cache-control", "no-store");
  }

  @Override
  public @Nullable Http2Headers trailers() {
    return null;
  }

  @Override
  public List<ChannelHandler> codecs() {
    return List.of();
  }
}
