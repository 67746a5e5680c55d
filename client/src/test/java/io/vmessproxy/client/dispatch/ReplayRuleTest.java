package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayRuleTest {
  private static final String GET = "GET /page HTTP/1.1\r\nHost: Example.com:8080\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        "HEAD / HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "DELETE /x HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
      })
  void aRequestWithoutABodyMayBeAskedTwice(String request) {
    ReplayRule rule = rule(request);

    assertThat(rule.safe()).isTrue();
    assertThat(rule.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\n",
        "PATCH / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 5\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        "PUT / HTTP/1.1\r\nExpect: 100-continue\r\n",
        GET + "G",
        "GET / no version\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "get / HTTP/1.1\r\n",
        "\u0000\u0001\u0002"
      })
  void anythingElseMayNot(String sent) {
    assertThat(rule(sent).safe()).isFalse();
  }

  @Test
  void everyBeginningOfARequestIsSafe() {
    for (int i = 0; i < GET.length(); i++) {
      ReplayRule rule = rule(GET.substring(0, i));

      assertThat(rule.safe()).as("%d bytes", i).isTrue();
      assertThat(rule.complete()).as("%d bytes", i).isFalse();
    }
  }

  @Test
  void aClientHelloMayBeSentTwice() throws Exception {
    byte[] hello = hello();
    for (int i = 0; i <= hello.length; i++) {
      ReplayRule rule = new ReplayRule();
      rule.add(Unpooled.wrappedBuffer(hello, 0, i));
      rule.add(Unpooled.wrappedBuffer(hello, i, hello.length - i));

      assertThat(rule.safe()).as("in two pieces, at %d", i).isTrue();
      assertThat(rule.complete()).isTrue();
      assertThat(rule.name()).contains("secret.example");
    }
  }

  @Test
  void aClientHelloInSeveralRecordsMayBeSentTwice() throws Exception {
    byte[] hello = hello();
    var bytes = Unpooled.buffer();
    for (int at = 5; at < hello.length; at += 100) {
      int length = Math.min(100, hello.length - at);
      bytes.writeBytes(new byte[] {22, 3, 1}).writeShort(length).writeBytes(hello, at, length);
    }
    ReplayRule rule = new ReplayRule();

    assertThat(rule.add(bytes)).isTrue();
    assertThat(rule.name()).contains("secret.example");
  }

  @Test
  void earlyDataMayNot() throws Exception {
    byte[] hello = hello();
    byte[] more = Arrays.copyOf(hello, hello.length + 1);
    more[hello.length] = 23;
    ReplayRule rule = new ReplayRule();

    assertThat(rule.add(Unpooled.wrappedBuffer(more))).isFalse();
  }

  @Test
  void whatIsTooLongIsNotKept() {
    ReplayRule rule = rule("GET / HTTP/1.1\r\nX: ");
    byte[] header = new byte[ReplayRule.MAX_BYTES];
    Arrays.fill(header, (byte) 'x');

    assertThat(rule.add(Unpooled.wrappedBuffer(header))).isFalse();
  }

  @Test
  void tellsTheHostOfARequest() {
    assertThat(rule(GET).name()).contains("Example.com");
    assertThat(rule("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").name()).contains("[::1]");
    assertThat(rule("GET / HTTP/1.0\r\n\r\n").name()).isEmpty();
  }

  @Test
  void nothingIsSafe() {
    assertThat(new ReplayRule().safe()).isTrue();
  }

  @Test
  void brokenHellosDoNoHarm() throws Exception {
    byte[] hello = hello();
    for (int i = 5; i < hello.length; i++) {
      byte[] broken = hello.clone();
      broken[i] ^= (byte) 0xff;
      ReplayRule rule = new ReplayRule();
      rule.add(Unpooled.wrappedBuffer(broken));
      rule.name();
    }
  }

  private static ReplayRule rule(String sent) {
    ReplayRule rule = new ReplayRule();
    rule.add(Unpooled.copiedBuffer(sent, StandardCharsets.ISO_8859_1));
    return rule;
  }

  private static byte[] hello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("secret.example")));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(32_768);
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }
}
