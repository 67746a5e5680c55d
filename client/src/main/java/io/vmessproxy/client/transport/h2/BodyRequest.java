package io.vmessproxy.client.transport.h2;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http1.HeadText;
import io.vmessproxy.client.transport.http2.Http2Request;
import io.vmessproxy.client.transport.http2.PeerWords;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request whose body, and whose answer's, are the stream's bytes as they are. */
final class BodyRequest implements Http2Request {
  /** What V2Ray, sing-box and mihomo say where no host is given. */
  private static final String DEFAULT_HOST = "www.example.com";

  /** HTTP/2 has no place for them: RFC 9113, 8.2.2; a host is the authority. */
  private static final Set<String> NOT_IN_HTTP2 =
      Set.of(
          "connection",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]+");

  private final TransportSettings.Http2 settings;
  private final Origin origin;

  BodyRequest(TransportSettings.Http2 settings, Origin origin) {
    this.settings = settings;
    this.origin = origin;
  }

  @Override
  public String stage() {
    return settings.name();
  }

  @Override
  public Http2Headers headers() {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method(visible(settings.method()))
            .scheme(origin.scheme())
            .authority(visible(host()))
            .path(HeadText.escapedPath(settings.path()))
            .set("accept-encoding", "identity")
            .set("user-agent", "Go-http-client/2.0");
    settings
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!NOT_IN_HTTP2.contains(lower) && NAME.matcher(lower).matches()) {
                headers.set(lower, value.replaceAll("[^ -~]", ""));
              }
            });
    return headers;
  }

  /** What may stand in a method or a host; links are not asked for more than that. */
  private static String visible(String text) {
    return text.replaceAll("[^!-~]", "");
  }

  private String host() {
    List<String> hosts = settings.hosts();
    return hosts.isEmpty()
        ? DEFAULT_HOST
        : hosts.get(ThreadLocalRandom.current().nextInt(hosts.size()));
  }

  @Override
  public boolean awaitsAnswer() {
    return true; // Servers answer at once, and it tells whether the path is right.
  }

  @Override
  public @Nullable TransportException answered(Http2Headers headers, boolean ended) {
    String status = PeerWords.of(headers.status() == null ? "nothing" : headers.status());
    String evidence = "answered %s (expected: 200)".formatted(status);
    return switch (status) {
      case "200" -> null;
      case "404" ->
          new TransportException(
              Failure.WRONG_PATH, stage(), evidence, "are --path and --host right?");
      case "502", "503", "504" ->
          new TransportException(
              Failure.HTTP_STATUS,
              stage(),
              evidence,
              "the proxy in front of the server does not reach it; is the server running?");
      default ->
          new TransportException(
              Failure.HTTP_STATUS, stage(), evidence, "are --path and --host right?");
    };
  }

  @Override
  public @Nullable TransportException ended(Http2Headers trailers) {
    return null;
  }

  @Override
  public List<ChannelHandler> codecs() {
    return List.of();
  }
}
