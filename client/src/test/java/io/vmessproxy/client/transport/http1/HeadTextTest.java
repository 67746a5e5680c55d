package io.vmessproxy.client.transport.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadTextTest {
  private static final Origin ORIGIN =
      new Origin(new Destination(Address.of("a.example"), 80), null);

  private static String text(HeadText head) {
    ByteBuf bytes = head.toBuffer();
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.release();
    return text;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "''          | /",
        "ray         | /ray",
        "/ray?ed=1&x | /ray?ed=1&x",
        "/a b        | /a%20b",
        "/%7Ea/é     | /%7Ea/%C3%A9",
      })
  void aPathBeginsWithASlashAndIsVisibleAscii(String path, String sent) {
    assertThat(text(HeadText.request("GET", path))).isEqualTo("GET " + sent + " HTTP/1.1\r\n\r\n");
  }

  @Test
  void nothingThatALinkGivesEndsALine() {
    HeadText head =
        HeadText.request("GET\r\nX: y", "/\r\nEvil: 1\u0000").header("A\r\nB", "c\r\n\r\nd");

    assertThat(text(head)).isEqualTo("GETX:-y /%0D%0AEvil:%201%00 HTTP/1.1\r\nAB: cd\r\n\r\n");
  }

  @Test
  void headersOfTheUserTakeTheBrowsersPlace() {
    var headers = HeadText.requestHeaders("h", ORIGIN, Map.of("user-agent", "own", "X-A", "1"));

    assertThat(headers.get("User-Agent")).isEqualTo("own");
    assertThat(headers.get("X-A")).isEqualTo("1");
    assertThat(headers.get("Host")).isEqualTo("h");
  }

  @Test
  void aUserAgentOfNoTextIsLeftOut() {
    assertThat(HeadText.requestHeaders("h", ORIGIN, Map.of()).get(HttpHeaderNames.USER_AGENT))
        .startsWith("Mozilla/5.0 ");
    assertThat(HeadText.requestHeaders("h", ORIGIN, Map.of("User-Agent", "")).names())
        .containsExactly("Host");
  }
}
