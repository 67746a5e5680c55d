package io.vmessproxy.client.transport.h2;

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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyRequestTest {
  private static final Origin ORIGIN =
      new Origin(new Destination(Address.of("server.example"), 443), TlsSettings.STANDARD);

  private static BodyRequest request(List<String> hosts, Map<String, String> headers) {
    return new BodyRequest(new TransportSettings.Http2("PUT", "/p", hosts, headers), ORIGIN);
  }

  @Test
  void asksAsV2Ray() {
    Http2Headers headers =
        request(List.of(), Map.of("X-Own", "1", "Host", "no", "Connection", "no")).headers();

    assertThat(headers.method()).hasToString("PUT");
    assertThat(headers.scheme()).hasToString("https");
    assertThat(headers.path()).hasToString("/p");
    assertThat(headers.authority()).hasToString("www.example.com");
    assertThat(headers.get("accept-encoding")).hasToString("identity");
    assertThat(headers.get("x-own")).hasToString("1");
    assertThat(headers.contains("host")).isFalse();
    assertThat(headers.contains("connection")).isFalse();
  }

  /** A link can hold anything; a proxy that goes on in HTTP/1.1 would take it for lines. */
  @Test
  void letsNothingBreakOutOfItsPlace() {
    TransportSettings.Http2 settings =
        new TransportSettings.Http2(
            "P UT\r",
            "/a b\r\nX: y/\u00e4",
            List.of("a.example\r\nX: y"),
            Map.of("X-Own", "1\r\nX: y", "", "no", ":path", "no", "x y", "no", "te", "no"));

    Http2Headers headers = new BodyRequest(settings, ORIGIN).headers();

    assertThat(headers.path()).hasToString("/a%20b%0D%0AX:%20y/%C3%A4");
    assertThat(headers.authority()).hasToString("a.exampleX:y");
    assertThat(headers.method()).hasToString("PUT");
    assertThat(headers.get("x-own")).hasToString("1X: y");
    assertThat(headers.names().stream().map(CharSequence::toString))
        .containsExactlyInAnyOrder(
            ":method", ":scheme", ":authority", ":path", "accept-encoding", "user-agent", "x-own");
  }

  @Test
  void picksAHostOfTheList() {
    BodyRequest request = request(List.of("a.example", "b.example"), Map.of());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      seen.add(request.headers().authority().toString());
    }

    assertThat(seen).containsExactlyInAnyOrder("a.example", "b.example");
  }

  @Test
  void takes200() {
    assertThat(
            request(List.of(), Map.of()).answered(new DefaultHttp2Headers().status("200"), false))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({"404, WRONG_PATH", "400, HTTP_STATUS", "503, HTTP_STATUS"})
  void judgesAnAnswer(String status, Failure failure) {
    TransportException judged =
        request(List.of(), Map.of()).answered(new DefaultHttp2Headers().status(status), true);

    assertThat(judged.failure()).isEqualTo(failure);
    assertThat(judged.evidence()).isEqualTo("answered %s (expected: 200)".formatted(status));
    assertThat(judged.action()).isNotEmpty();
  }
}
