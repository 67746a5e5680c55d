package io.vmessproxy.client.transport.grpc;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.transport.http2.Http2Gate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets in the calls of the two methods of a service; others hear what a gRPC server says. */
final class CallGate implements Http2Gate {
  private static final String TYPE = "application/grpc";

  private final ServicePath service;

  CallGate(ServicePath service) {
    this.service = service;
  }

  @Override
  public @Nullable Http2Headers refusal(Http2Headers request) {
    CharSequence type = request.get("content-type");
    if (type == null || !type.toString().startsWith(TYPE)) {
      return new DefaultHttp2Headers().status("415");
    }
    if (service.leadsHere(String.valueOf(request.path()))) {
      return null;
    }
    return answer().set("grpc-status", "12").set("grpc-message", "unknown service or method");
  }

  @Override
  public Http2Headers answer() {
    return new DefaultHttp2Headers().status("200").set("content-type", TYPE);
  }

  @Override
  public Http2Headers trailers() {
    return new DefaultHttp2Headers().set("grpc-status", "0");
  }

  @Override
  public List<ChannelHandler> codecs() {
    return List.of(new MessageDecoder(), new MessageEncoder());
  }
}
