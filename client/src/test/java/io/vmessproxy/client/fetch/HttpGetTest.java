package io.vmessproxy.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsServer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.fetch.HttpGet.Answer;
import io.vmessproxy.client.fetch.HttpGet.Request;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small HTTP client, against real sockets. */
@Timeout(30)
final class HttpGetTest {
  private static final String SECRET = "/sub/5f2c0a1b9e8d7c6b";
  private static final int MAX_BYTES = 100_000;

  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final List<AutoCloseable> running = new ArrayList<>();
  private final List<Destination> targets = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void fetchesABodyOfKnownLength() throws Exception {
    ScriptedServer server =
        answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello");

    Answer answer = get(server, "/a?b=c#d");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(answer)).isEqualTo("hello");
    assertThat(answer.headers()).containsEntry("x-a", List.of("1"));
    assertThat(answer.url()).isEqualTo(url(server, "/a?b=c"));
    assertThat(answer.firstByte()).isPositive().isLessThan(Duration.ofSeconds(5));
    assertThat(server.heads().get(0))
        .startsWith("GET /a?b=c HTTP/1.1\r\n")
        .containsIgnoringCase("host: 127.0.0.1:" + server.port() + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      })
  void fetchesABodyInEveryForm(String answer) throws Exception {
    assertThat(text(get(answering(answer), "/"))).isEqualTo("hello");
  }

  @Test
  void takesAnAnswerWithoutABody() throws Exception {
    Answer answer = get(answering("HTTP/1.1 204 No Content\r\n\r\n"), "/");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void unpacksWhatIsPacked(String encoding) throws Exception {
    ScriptedServer server = packed(encoding, "hello".repeat(1000).getBytes(StandardCharsets.UTF_8));

    Answer answer = get(server, "/");

    assertThat(text(answer)).isEqualTo("hello".repeat(1000));
    assertThat(server.heads().get(0)).containsIgnoringCase("accept-encoding: gzip, deflate");
  }

  @Test
  void boundsTheBodyAsItIsUnpacked() throws Exception {
    ScriptedServer server = packed("gzip", new byte[50_000_000]);

    assertThat(failure(get(request(server, "/", 0))))
        .isInstanceOf(IOException.class)
        .hasMessage("127.0.0.1: its answer is longer than 100000 bytes");
  }

  @Test
  void boundsABodyThatIsNotPacked() throws Exception {
    String body = "x".repeat(MAX_BYTES + 1);
    ScriptedServer server =
        answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

    assertThat(failure(get(request(server, "/", 0)))).hasMessageContaining("longer than 100000");
    assertThat(peek(request(server, "/", 0)).body()).hasSize(MAX_BYTES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 200 OK~Content-Length: 9~~hello | closed before the end of its answer",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~hello~ | closed before the end of its answer",
        "HTTP/1.1 200 OK~Content-Encoding: gzip~~hello world | its answer cannot be unpacked",
        "HTTP/1.1 200 OK~Content-Le | closed inside the head of its answer",
        "'' | closed without an answer",
        "SSH-2.0-OpenSSH_9.2~~ | its answer is not HTTP",
        "HTTP/1.1 101 Switching Protocols~~ | answered 101 to a request that did not ask for it",
        "HTTP/1.1 302 Found~Location: ftp://x/~~ | redirects to what cannot be fetched",
        "HTTP/1.1 302 Found~Location: http://[/~~ | redirects to what is no URL",
      })
  void failsWhereTheAnswerIsNone(String answer, String reason) throws Exception {
    ScriptedServer server = answering(answer.strip().replace("~", "\r\n"));

    assertThat(failure(get(request(server, SECRET, 3))))
        .isInstanceOf(IOException.class)
        .hasMessage("127.0.0.1: " + reason.strip());
  }

  @Test
  void boundsTheHead() throws Exception {
    ScriptedServer server = answering("HTTP/1.1 200 OK\r\nX: " + "y".repeat(40_000) + "\r\n\r\n");

    assertThat(failure(get(request(server, "/", 0))))
        .hasMessage("127.0.0.1: the head of its answer is too long");
  }

  @Test
  void hasSoMuchTimeAndNoMore() throws Exception {
    ScriptedServer silent = scripted(socket -> ScriptedServer.readHead(socket));
    ScriptedServer slow =
        scripted(
            socket ->
                socket
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII)));

    assertThat(failure(get(hurried(silent))))
        .hasMessage("127.0.0.1: no complete answer within 300 ms");
    assertThat(failure(get(hurried(slow))))
        .hasMessage("127.0.0.1: no complete answer within 300 ms");
    assertThat(text(peek(hurried(slow)))).isEqualTo("hello");
  }

  @Test
  void hasSoMuchTimeForAStreamThatDoesNotOpen() {
    Future<Answer> getting =
        new HttpGet((target, loop) -> loop.newPromise())
            .get(
                new Request(
                    URI.create("http://a.example/"), Map.of(), Duration.ofMillis(100), 9, 0),
                loops.next());

    assertThat(failure(getting)).hasMessage("a.example: no connection within 100 ms");
  }

  @Test
  void passesOnWhatTheConnectorFailsWith() {
    IOException cause = new IOException("no way");
    Future<Answer> getting =
        new HttpGet((target, loop) -> loop.newFailedFuture(cause))
            .get(request(URI.create("http://a.example/"), 0), loops.next());

    assertThat(failure(getting)).isSameAs(cause);
  }

  @Test
  void sendsTheLoginOfTheUrlAndTellsNobody() throws Exception {
    ScriptedServer server = answering("HTTP/1.1 200 OK\r\n\r\n");
    URI url = URI.create("http://al%3Aice:w%C3%B6nd+er@127.0.0.1:" + server.port() + "/x");

    Answer answer = success(get(request(url, 0)));

    // "al:ice:wönd+er"
    assertThat(server.heads().get(0))
        .containsIgnoringCase("authorization: Basic YWw6aWNlOnfDtm5kK2Vy\r\n");
    assertThat(answer.url()).isEqualTo(url(server, "/x"));
  }

  @Test
  void followsRedirectsRelativeOnesToo() throws Exception {
    ScriptedServer server =
        perHead(
            head -> {
              String path = head.substring(4, head.indexOf(" HTTP"));
              return switch (path) {
                case "/a/b?c" -> redirect("d");
                case "/a/d" -> redirect("?é e");
                case "/a/d?%C3%A9%20e" -> redirect("/f#g");
                default -> "HTTP/1.1 200 OK\r\n\r\n" + path;
              };
            });

    Answer answer = success(get(request(url(server, "/a/b?c"), 3)));

    assertThat(text(answer)).isEqualTo("/f");
    assertThat(answer.url()).isEqualTo(url(server, "/f"));
  }

  @Test
  void followsSoManyRedirectsAndNoMore() throws Exception {
    ScriptedServer server = answering(redirect("/again"));

    assertThat(failure(get(request(server, SECRET, 2))))
        .hasMessage("127.0.0.1: more than 2 redirects");
    assertThat(server.connections()).isEqualTo(3);
    assertThat(success(get(request(server, SECRET, 0))).status()).isEqualTo(302);
  }

  @Test
  void keepsSecretsFromTheHostThatARedirectNames() throws Exception {
    ScriptedServer other = answering("HTTP/1.1 200 OK\r\n\r\n");
    ScriptedServer server = answering(redirect("http://127.0.0.1:" + other.port() + "/"));
    URI url = URI.create("http://alice:w@127.0.0.1:" + server.port() + "/");
    Map<String, String> headers = Map.of("Cookie", "c=1", "User-Agent", "me");

    success(get(new Request(url, headers, Duration.ofSeconds(5), 9, 1)));

    assertThat(server.heads().get(0)).containsIgnoringCase("authorization:").contains("c=1");
    assertThat(other.heads().get(0))
        .doesNotContainIgnoringCase("authorization:")
        .doesNotContain("c=1")
        .contains("me");
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.example,           a.example:80,          a.example",
    "HTTP://A.example:8080/,     A.example:8080,        A.example:8080",
    "http://[2001:db8::1]/x,     [2001:db8::1]:80,      [2001:db8::1]",
    "http://[2001:db8::1]:81/,   [2001:db8::1]:81,      [2001:db8::1]:81",
    "http://bücher.example/ü?ü,  xn--bcher-kva.example:80, xn--bcher-kva.example",
    "http://b%C3%BCcher.example, xn--bcher-kva.example:80, xn--bcher-kva.example",
    "http://a_b.example:80/,     a_b.example:80,        a_b.example",
  })
  void goesWhereTheUrlSays(String url, String destination, String host) throws Exception {
    ScriptedServer server = answering("HTTP/1.1 200 OK\r\n\r\n");
    HttpGet get =
        new HttpGet(
            (target, loop) -> {
              targets.add(target);
              return dialer.dial(
                  destination("127.0.0.1", server.port()), false, Duration.ofSeconds(5), loop);
            });

    success(get.get(request(URI.create(url), 0), loops.next()));

    assertThat(targets).hasToString("[" + destination + "]");
    assertThat(server.heads().get(0)).containsIgnoringCase("\r\nhost: " + host + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a.example/5f2c0a1b9e8d7c6b",
        "mailto:5f2c0a1b9e8d7c6b@a.example",
        "http:///5f2c0a1b9e8d7c6b",
        "http://a.example:99999/5f2c0a1b9e8d7c6b",
        "http://5f2c0a1b9e8d7c6b:%zz@a.example/",
      })
  void saysThatAUrlCannotBeFetched(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      return; // URI itself refuses it.
    }
    assertThat(failure(get(request(uri, 0))).getMessage()).doesNotContain("5f2c0a1b9e8d7c6b");
  }

  @Test
  void closesTheStreamWhenNobodyWantsTheAnswerAnyMore() throws Exception {
    boolean[] closed = new boolean[1];
    ScriptedServer silent =
        scripted(
            socket -> {
              ScriptedServer.readHead(socket);
              closed[0] = socket.getInputStream().read() < 0;
              synchronized (closed) {
                closed.notifyAll();
              }
            });
    Future<Answer> getting = get(request(silent, "/", 0));

    synchronized (closed) {
      while (silent.connections() == 0) {
        closed.wait(10);
      }
      getting.cancel(false);
      while (!closed[0]) {
        closed.wait(5000);
      }
    }
    assertThat(closed[0]).isTrue();
  }

  @Test
  void fetchesOverTlsFromWhomItTrusts() throws Exception {
    TestAuthority authority = new TestAuthority();
    HttpsServer server = https(authority, Map.of("/a", "secret"));

    Answer answer = success(get(server, authority.settings(), "/a"));

    assertThat(text(answer)).isEqualTo("secret");
    assertThat(answer.url().getScheme()).isEqualTo("https");
  }

  @Test
  void passesOnWhyTlsFails() throws Exception {
    HttpsServer server = https(new TestAuthority(), Map.of("/a", "secret"));

    Throwable failure = failure(get(server, new TestAuthority().settings(), "/a"));

    assertThat(failure)
        .isInstanceOfSatisfying(
            TransportException.class, tls -> assertThat(tls.failure().name()).startsWith("TLS_"));
  }

  @Test
  void doesNotFollowARedirectThatLeavesTls() throws Exception {
    ScriptedServer plain = answering("HTTP/1.1 200 OK\r\n\r\n");
    TestAuthority authority = new TestAuthority();
    HttpsServer server = https(authority, Map.of("/a", url(plain, "/").toString()));

    assertThat(failure(get(server, authority.settings(), "/a")))
        .hasMessage("localhost: redirects from https to http, which is not followed");
    assertThat(plain.connections()).isZero();
  }

  private HttpsServer https(TestAuthority authority, Map<String, String> answers) throws Exception {
    HttpsServer server = authority.server(answers);
    running.add(() -> server.stop(0));
    return server;
  }

  private Future<Answer> get(HttpsServer server, TlsSettings tls, String path) {
    URI url = URI.create("https://localhost:" + server.getAddress().getPort() + path);
    return new HttpGet(direct(), tls).get(request(url, 3), loops.next());
  }

  private ScriptedServer answering(String answer) throws IOException {
    return perHead(head -> answer);
  }

  private ScriptedServer perHead(Function<String, String> answers) throws IOException {
    return started(
        ScriptedServer.answering(head -> answers.apply(head).getBytes(StandardCharsets.UTF_8)));
  }

  private ScriptedServer scripted(ScriptedServer.Script script) throws IOException {
    return started(ScriptedServer.of(script));
  }

  private ScriptedServer started(ScriptedServer server) {
    running.add(server);
    return server;
  }

  private ScriptedServer packed(String encoding, byte[] body) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes(
        ("HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    try (var packer =
        encoding.equals("gzip") ? new GZIPOutputStream(answer) : new DeflaterOutputStream(answer)) {
      packer.write(body);
    }
    return started(ScriptedServer.answering(head -> answer.toByteArray()));
  }

  private static String redirect(String location) {
    return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
  }

  private Answer get(ScriptedServer server, String path) {
    return success(get(request(server, path, 0)));
  }

  private Future<Answer> get(Request request) {
    return new HttpGet(direct()).get(request, loops.next());
  }

  private Answer peek(Request request) {
    return success(new HttpGet(direct()).peek(request, loops.next()));
  }

  private Connector direct() {
    return (target, loop) -> dialer.dial(target, false, Duration.ofSeconds(5), loop);
  }

  private static Request request(ScriptedServer server, String path, int redirects) {
    return request(url(server, path), redirects);
  }

  private static Request request(URI url, int redirects) {
    return new Request(url, Map.of(), Duration.ofSeconds(10), MAX_BYTES, redirects);
  }

  private static Request hurried(ScriptedServer server) {
    return new Request(url(server, SECRET), Map.of(), Duration.ofMillis(300), MAX_BYTES, 0);
  }

  private static URI url(ScriptedServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static Destination destination(String host, int port) {
    return new Destination(Address.of(host), port);
  }

  private static Answer success(Future<Answer> getting) {
    getting.awaitUninterruptibly();
    assertThat(getting.isSuccess()).as("%s", getting.cause()).isTrue();
    return getting.getNow();
  }

  private static Throwable failure(Future<Answer> getting) {
    getting.awaitUninterruptibly();
    assertThat(getting.cause()).isNotNull();
    assertThat(getting.cause().getMessage()).doesNotContain(SECRET);
    return getting.cause();
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
