package io.vmessproxy.client.transport.grpc;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http2.Http2Request;
import io.vmessproxy.client.transport.http2.PeerWords;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call whose messages carry the stream's bytes. */
final class CallRequest implements Http2Request {
  private static final String USER_AGENT = "grpc-go/1.65.0";

  private static final String CHECK_SERVICE = "is --service-name right?";

  private final TransportSettings.Grpc settings;
  private final Origin origin;
  private final String path;

  CallRequest(TransportSettings.Grpc settings, Origin origin) {
    this.settings = settings;
    this.origin = origin;
    ServicePath service = ServicePath.of(settings.serviceName());
    this.path = settings.multi() ? service.tunMulti() : service.tun();
  }

  @Override
  public String stage() {
    return settings.name();
  }

  @Override
  public Http2Headers headers() {
    return new DefaultHttp2Headers()
        .method("POST")
        .scheme(origin.scheme())
        .path(path)
        .authority(authority())
        .set("content-type", "application/grpc")
        .set("te", "trailers")
        .set("user-agent", USER_AGENT);
  }

  /** CDNs want the bare domain; an address comes with its port, as from Go. */
  private String authority() {
    if (settings.authority() != null) {
      return settings.authority();
    }
    if (origin.tls() != null && origin.tls().serverName() != null) {
      return origin.tls().serverName();
    }
    Destination server = origin.server();
    String host = server.address().authority();
    return server.address() instanceof Address.Domain ? host : host + ":" + server.port();
  }

  @Override
  public boolean awaitsAnswer() {
    return false; // Go's servers answer with their first message only.
  }

  @Override
  public @Nullable TransportException answered(Http2Headers headers, boolean ended) {
    String status = PeerWords.of(headers.status() == null ? "nothing" : headers.status());
    if (!status.equals("200")) {
      return refused(status);
    }
    if (headers.contains("grpc-status")) {
      return ended(headers);
    }
    CharSequence type = headers.get("content-type");
    if (type != null && !type.toString().startsWith("application/grpc")) {
      return failure(
          Failure.WRONG_SERVICE,
          "answered with %s, not gRPC".formatted(PeerWords.of(type)),
          CHECK_SERVICE);
    }
    return null;
  }

  private TransportException refused(String status) {
    String evidence = "answered HTTP %s (expected: 200)".formatted(status);
    return switch (status) {
      case "404" -> failure(Failure.WRONG_SERVICE, evidence, CHECK_SERVICE);
      case "502", "503", "504" ->
          failure(
              Failure.HTTP_STATUS,
              evidence,
              "the proxy in front of the server does not reach it; is the server running?");
      default -> failure(Failure.HTTP_STATUS, evidence, CHECK_SERVICE);
    };
  }

  @Override
  public @Nullable TransportException ended(Http2Headers trailers) {
    CharSequence code = trailers.get("grpc-status");
    if (code == null || code.toString().equals("0")) {
      return null;
    }
    CharSequence message = trailers.get("grpc-message");
    String evidence =
        "ended with grpc-status %s%s"
            .formatted(PeerWords.of(code), message == null ? "" : ": " + PeerWords.of(message));
    return code.toString().equals("12")
        ? failure(Failure.WRONG_SERVICE, evidence, CHECK_SERVICE)
        : failure(Failure.TRANSPORT, evidence, "");
  }

  private TransportException failure(Failure failure, String evidence, String action) {
    return new TransportException(failure, stage(), evidence, action);
  }

  @Override
  public List<ChannelHandler> codecs() {
    return List.of(new MessageDecoder(), new MessageEncoder());
  }
}
