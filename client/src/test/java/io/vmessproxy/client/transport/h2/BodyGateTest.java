package io.vmessproxy.client.transport.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.transport.TransportSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyGateTest {
  /** RFC 9113, 8.3.1: a proxy that got it as HTTP/1.1 may leave the authority out. */
  @ParameterizedTest
  @CsvSource({"a.example, true", "b.example, false"})
  void takesAHostHeaderForAMissingAuthority(String host, boolean admits) {
    BodyGate gate =
        new BodyGate(new TransportSettings.Http2("PUT", "/", List.of("a.example"), Map.of()));
    Http2Headers request = new DefaultHttp2Headers().method("PUT").path("/").set("host", host);

    assertThat(gate.refusal(request) == null).isEqualTo(admits);
  }

  @ParameterizedTest
  @CsvSource({
    "/\u00e4 b,  /%C3%A4%20b,   true",
    "/\u00e4 b,  /%c3%a4%20b/x, true",
    "/a%20b, /a%20b?x,      true",
    "/a%20b, /a%2520b,      false",
    "/a,     /%zz,          false",
    "/a,     /%61,          true",
  })
  void comparesDecodedPaths(String path, String asked, boolean admits) {
    BodyGate gate = new BodyGate(new TransportSettings.Http2("PUT", path, List.of(), Map.of()));
    Http2Headers request = new DefaultHttp2Headers().method("PUT").path(asked).authority("any");

    Http2Headers refusal = gate.refusal(request);

    assertThat(refusal == null).isEqualTo(admits);
    if (refusal != null) {
      assertThat(refusal.status()).hasToString("404");
    }
  }
}
