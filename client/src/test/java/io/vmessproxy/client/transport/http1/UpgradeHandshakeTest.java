package io.vmessproxy.client.transport.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeHandshakeTest {
  private static final String ANSWER =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\n";

  private final FakeConnection connection = new FakeConnection();
  private final Channel channel = connection.channel();
  private final List<String> heard = new ArrayList<>();
  private @Nullable TransportException failure;

  private void ask(boolean tls) {
    UpgradeRequest request =
        new UpgradeRequest(
            HeadText.request("GET", "/p").header("Host", "h"),
            new Refusals("ws", tls, 101),
            answer -> {});
    UpgradeHandshake.Outcome outcome =
        new UpgradeHandshake.Outcome() {
          @Override
          public void install(ChannelHandlerContext handshake) {
            heard.add("install");
          }

          @Override
          public void upgraded() {
            heard.add("upgraded");
          }

          @Override
          public void failed(TransportException cause) {
            heard.add("failed");
            failure = cause;
          }
        };
    channel.pipeline().addLast(new UpgradeHandshake(request, Duration.ofSeconds(4), outcome));
  }

  @AfterEach
  void close() {
    connection.channel().finishAndReleaseAll();
  }

  @Test
  void asksAtOnceAndReads() {
    ask(false);

    assertThat(connection.sentText()).isEqualTo("GET /p HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(connection.reads()).isEqualTo(1);
  }

  @Test
  void takesAnAnswerCutAtEveryByteAndKeepsWhatIsBehindIt() {
    byte[] wire = (ANSWER + "payload").getBytes(StandardCharsets.US_ASCII);
    for (int cut = 1; cut < wire.length; cut++) {
      UpgradeHandshakeTest test = new UpgradeHandshakeTest();
      test.ask(false);
      test.connection.sent();
      test.connection.receive(Arrays.copyOf(wire, cut));
      test.connection.receive(Arrays.copyOfRange(wire, cut, wire.length));

      assertThat(test.heard).containsExactly("install", "upgraded");
      assertThat(test.connection.receivedText()).as("nobody reads yet").isEmpty();

      test.channel.read();

      assertThat(test.connection.receivedText()).as("cut at %d", cut).isEqualTo("payload");
      test.close();
    }
  }

  @Test
  void takesAnAnswerByteByByte() {
    ask(false);
    for (int i = 0; i < ANSWER.length(); i++) {
      connection.receive(ANSWER.substring(i, i + 1));
    }
    connection.receive("more");
    channel.config().setAutoRead(true);
    connection.receive(" and more");

    assertThat(heard).containsExactly("install", "upgraded");
    assertThat(connection.receivedText()).isEqualTo("more and more");
  }

  /** RFC 9110, 15.2: a client takes them whether it expects them or not. */
  @Test
  void passesOverInterimAnswers() {
    String wire =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            + ANSWER
            + "more";
    for (int piece : new int[] {1, 2, 30, wire.length()}) {
      UpgradeHandshakeTest test = new UpgradeHandshakeTest();
      test.ask(false);
      for (int at = 0; at < wire.length(); at += piece) {
        test.connection.receive(wire.substring(at, Math.min(wire.length(), at + piece)));
      }
      test.channel.read();

      assertThat(test.heard).as("pieces of %d", piece).containsExactly("install", "upgraded");
      assertThat(test.connection.receivedText()).isEqualTo("more");
      test.close();
    }
  }

  @Test
  void doesNotWaitForEverForWhatComesBehindInterimAnswers() {
    ask(false);
    for (int i = 0; i < 40; i++) {
      connection.receive("HTTP/1.1 103 Early Hints\r\nX-Long: " + "x".repeat(400) + "\r\n\r\n");
      connection.pass(100);
    }

    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(heard).containsExactly("failed");
  }

  @Test
  void readsNoFurtherThanTheAnswer() {
    ask(false);
    connection.receive(ANSWER.substring(0, 20));
    int whileWaiting = connection.reads();
    connection.receive(ANSWER.substring(20) + "glued");

    assertThat(whileWaiting).isEqualTo(2);
    assertThat(connection.reads()).isEqualTo(2);
    assertThat(channel.config().isAutoRead()).isFalse();
  }

  @Test
  void whatIsHeldIsNotLostWhenTheServerClosesBehindIt() {
    ask(false);
    connection.receive(ANSWER + "last words");
    connection.channel().close();

    assertThat(connection.receivedText()).isEqualTo("last words");
  }

  @Test
  void keepsTheOrderOfWhatComesInPiecesOfOneRead() {
    ask(true);
    connection.receive(ANSWER);
    connection.receive("one, ");
    connection.receive("two");
    assertThat(connection.receivedText()).isEmpty();
    channel.read();

    assertThat(connection.receivedText()).isEqualTo("one, two");
  }

  @Test
  void passesOnAtOnceWhereSomebodyReadsAlready() {
    ask(false);
    channel.config().setAutoRead(true);
    connection.receive(ANSWER + "payload");

    assertThat(connection.receivedText()).isEqualTo("payload");
  }

  @Test
  void notesTheServersDate() {
    ask(false);
    connection.receive(
        ANSWER.replace("\r\n\r\n", "\r\nDate: Tue, 1 Jan 2030 00:00:00 GMT\r\n\r\n"));

    assertThat(ServerDate.ahead(channel)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 101 \r\nConnection:Upgrade\r\nUpgrade:websocket\r\n\r\n",
        "HTTP/1.1 101 Hello\r\nupgrade: websocket\r\nconnection: keep-alive, Upgrade\r\n\r\n",
      })
  void takesPeersSpellings(String answer) {
    ask(false);
    connection.receive(answer);

    assertThat(heard).containsExactly("install", "upgraded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 Not Found               | WRONG_PATH    | answered 404 Not Found (expected: 101) | --path
          200 OK                      | NOT_WEBSOCKET | answered 200 OK (expected: 101)        | --path
          204                         | NOT_WEBSOCKET | answered 204 (expected: 101)           | --path
          301 Moved                   | NOT_WEBSOCKET | answered 301 Moved, leading to another path (expected: 101) | --path
          400 Bad Request             | HTTP_STATUS   | answered 400 Bad Request (expected: 101) | --host
          403 Forbidden               | HTTP_STATUS   | answered 403 Forbidden (expected: 101) | --host
          426 Upgrade Required        | HTTP_STATUS   | answered 426 Upgrade Required (expected: 101) | proxy
          502 Bad Gateway             | HTTP_STATUS   | answered 502 Bad Gateway (expected: 101) | behind it
          521                         | HTTP_STATUS   | answered 521 (expected: 101)           | CDN
          530                         | HTTP_STATUS   | answered 530 (expected: 101)           | CDN
          """)
  void saysWhatAStatusMeans(String status, Failure expected, String evidence, String action) {
    ask(false);
    connection.receive("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nno");

    assertThat(heard).containsExactly("failed");
    assertThat(failure.failure()).isEqualTo(expected);
    assertThat(failure.stage()).isEqualTo("ws");
    assertThat(failure.evidence()).isEqualTo(evidence);
    assertThat(failure.action()).contains(action);
  }

  @Test
  void tellsWhereARedirectLeadsButNotItsPath() {
    ask(false);
    connection.receive(
        "HTTP/1.1 302 Found\r\nServer: nginx\r\nLocation: https://b.example/login?token=x\r\n\r\n");

    assertThat(failure.evidence())
        .isEqualTo("answered 302 Found by nginx, leading to https://b.example (expected: 101)");
    assertThat(failure.action()).contains("--tls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<h1>400</h1><center>The plain HTTP request was sent to HTTPS port</center>",
        "Client sent an HTTP request to an HTTPS server.\n",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
      })
  void knowsThePagesThatAskForTls(String page) {
    ask(false);
    connection.receive("HTTP/1.1 400 Bad Request\r\n\r\n" + page);

    assertThat(failure.failure()).isEqualTo(Failure.PLAIN_TO_TLS);
    assertThat(failure.action()).contains("--tls");
  }

  @ParameterizedTest
  @CsvSource({
    "15 03 01 00 02 02 46, false, PLAIN_TO_TLS",
    "15 03 03, false, PLAIN_TO_TLS",
    "16 03 01, false, PLAIN_TO_TLS",
    "15 03 03, true, TRANSPORT",
    "53 53 48 2d, false, TRANSPORT",
    "48 54 54 50 58, false, TRANSPORT",
    "00, false, TRANSPORT",
    "15 04, false, TRANSPORT"
  })
  void knowsWhatIsNoHttp(String hex, boolean tls, Failure expected) {
    for (boolean whole : new boolean[] {true, false}) {
      UpgradeHandshakeTest test = new UpgradeHandshakeTest();
      test.ask(tls);
      byte[] wire = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
      if (whole) {
        test.connection.receive(wire);
      } else {
        for (byte b : wire) {
          test.connection.receive(new byte[] {b});
        }
      }

      assertThat(test.heard).containsExactly("failed");
      assertThat(test.failure.failure()).isEqualTo(expected);
      test.close();
    }
  }

  @Test
  void showsWhatCameWithoutItsControlCharacters() {
    ask(false);
    connection.receive("SSH-2.0-OpenSSH_9.2\r\n\u001b[31mand so on and on");

    assertThat(failure.evidence())
        .isEqualTo("answered \"SSH-2.0-OpenSSH_9.2...[3\" (expected: HTTP)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 1x1 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade websocket\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n: websocket\r\n\r\n",
      })
  void refusesAnAnswerThatIsNoUpgrade(String answer) {
    ask(false);
    connection.receive(answer);

    assertThat(heard).containsExactly("failed");
    assertThat(failure.failure()).isEqualTo(Failure.TRANSPORT);
  }

  @Test
  void boundsTheHead() {
    ask(false);
    connection.receive("HTTP/1.1 101 Switching Protocols\r\n");
    for (int i = 0; i < 82; i++) {
      connection.receive("X-Long: " + "x".repeat(90) + "\r\n");
    }

    assertThat(failure.failure()).isEqualTo(Failure.TRANSPORT);
    assertThat(failure.evidence()).isEqualTo("head: no end within 8192 bytes");
  }

  @Test
  void doesNotWaitForEver() {
    ask(false);
    connection.pass(3999);
    assertThat(failure).isNull();
    connection.pass(1);

    assertThat(failure.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(failure.evidence()).isEqualTo("no answer within 4000 ms");
    assertThat(heard).containsExactly("failed");
  }

  @Test
  void tellsACloseFromAnAnswer() {
    ask(true);
    connection.channel().close();

    assertThat(failure.failure()).isEqualTo(Failure.RESET);
    assertThat(failure.evidence()).isEqualTo("closed without an answer");
    assertThat(failure.action()).isEmpty();
  }

  @Test
  void tellsACutAnswer() {
    ask(false);
    connection.receive("HTTP/1.1 101 Sw");
    connection.channel().close();

    assertThat(failure.failure()).isEqualTo(Failure.RESET);
    assertThat(failure.evidence()).isEqualTo("closed within its answer, after 15 bytes");
  }

  @Test
  void takesAResetForOne() {
    ask(false);
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    connection.channel().close();

    assertThat(heard).containsExactly("failed");
    assertThat(failure.failure()).isEqualTo(Failure.RESET);
  }

  @Test
  void takesATlsAlertBehindTheHandshakeForOneOfTls() {
    ask(true);
    channel
        .pipeline()
        .fireExceptionCaught(
            new DecoderException(new SSLHandshakeException("certificate_required")));

    assertThat(failure.failure()).isEqualTo(Failure.TLS_PROTOCOL);
    assertThat(failure.stage()).isEqualTo("tls");
    assertThat(failure.evidence()).isEqualTo("certificate_required");
  }
}
