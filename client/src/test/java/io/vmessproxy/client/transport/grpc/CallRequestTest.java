package io.vmessproxy.client.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallRequestTest {
  private static CallRequest request(
      String address, @Nullable TlsSettings tls, @Nullable String authority, boolean multi) {
    return new CallRequest(
        new TransportSettings.Grpc("s", multi, authority),
        new Origin(new Destination(Address.of(address), 8443), tls));
  }

  @Test
  void asksAsAGrpcClient() {
    Http2Headers headers = request("a.example", TlsSettings.STANDARD, null, false).headers();

    assertThat(headers.method()).hasToString("POST");
    assertThat(headers.scheme()).hasToString("https");
    assertThat(headers.path()).hasToString("/s/Tun");
    assertThat(headers.get("content-type")).hasToString("application/grpc");
    assertThat(headers.get("te")).hasToString("trailers");
    assertThat(headers.get("user-agent").toString()).startsWith("grpc-go/");
    assertThat(request("a.example", null, null, true).headers().path()).hasToString("/s/TunMulti");
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, sni.example, own.example, own.example",
    "a.example, sni.example, ,            sni.example",
    "a.example, ,            ,            a.example",
    "192.0.2.1, ,            ,            192.0.2.1:8443",
    "2001:db8::1, ,          ,            [2001:db8::1]:8443",
  })
  void namesTheServer(
      String address, @Nullable String sni, @Nullable String authority, String expected) {
    TlsSettings tls = TlsSettings.STANDARD.withServerName(sni);

    assertThat(request(address, tls, authority, false).headers().authority()).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "200, application/grpc,       ,   ,                       ,",
    "200, application/grpc+proto, ,   ,                       ,",
    "200, ,                       ,   ,                       ,",
    "200, application/grpc,       0,  ,                       ,",
    "200, application/grpc,       12, WRONG_SERVICE, 'ended with grpc-status 12: unknown', is --service-name right?",
    "200, application/grpc,       14, TRANSPORT, 'ended with grpc-status 14: unknown', ''",
    "200, text/html,              ,   WRONG_SERVICE, 'answered with text/html, not gRPC', is --service-name right?",
    "404, ,                       ,   WRONG_SERVICE, answered HTTP 404 (expected: 200), is --service-name right?",
    "403, ,                       ,   HTTP_STATUS, answered HTTP 403 (expected: 200), is --service-name right?",
    "502, ,                       ,   HTTP_STATUS, answered HTTP 502 (expected: 200), the proxy in front of the server does not reach it; is the server running?",
  })
  void judgesAnAnswer(
      String status,
      @Nullable String type,
      @Nullable String grpcStatus,
      @Nullable Failure failure,
      @Nullable String evidence,
      @Nullable String action) {
    Http2Headers headers = new DefaultHttp2Headers().status(status);
    if (type != null) {
      headers.set("content-type", type);
    }
    if (grpcStatus != null) {
      headers.set("grpc-status", grpcStatus).set("grpc-message", "unknown");
    }
    TransportException judged =
        request("a.example", null, null, false).answered(headers, grpcStatus != null);

    if (failure == null) {
      assertThat(judged).isNull();
      return;
    }
    assertThat(judged.failure()).isEqualTo(failure);
    assertThat(judged.stage()).isEqualTo("grpc");
    assertThat(judged.evidence()).isEqualTo(evidence);
    assertThat(judged.action()).isEqualTo(action);
  }

  @Test
  void judgesTrailers() {
    CallRequest request = request("a.example", null, null, false);

    assertThat(request.ended(new DefaultHttp2Headers().set("grpc-status", "0"))).isNull();
    assertThat(request.ended(new DefaultHttp2Headers())).isNull();
    assertThat(request.ended(new DefaultHttp2Headers().set("grpc-status", "13")).failure())
        .isEqualTo(Failure.TRANSPORT);
  }
}
