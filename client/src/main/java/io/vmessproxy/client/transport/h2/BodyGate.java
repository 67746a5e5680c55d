package io.vmessproxy.client.transport.h2;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http2.Http2Gate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets in requests whose path begins with the right one, for a host of the list. Method and headers
 * do not count.
 */
final class BodyGate implements Http2Gate {
  private final TransportSettings.Http2 settings;

  BodyGate(TransportSettings.Http2 settings) {
    this.settings = settings;
  }

  @Override
  public @Nullable Http2Headers refusal(Http2Headers request) {
    String path = String.valueOf(request.path());
    if (path.startsWith(settings.path()) && isOurs(String.valueOf(request.authority()))) {
      return null;
    }
    return new DefaultHttp2Headers().status("404");
  }

  private boolean isOurs(String authority) {
    return settings.hosts().isEmpty()
        || settings.hosts().stream().anyMatch(authority::equalsIgnoreCase);
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
