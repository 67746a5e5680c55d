package io.vmessproxy.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.Provider;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ProxyProcess.Ended;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that a subscription names; its secret is seen nowhere. */
class SubscriptionIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path directory;
  private static HttpTarget web;
  private static ServeProcess serve;

  @BeforeAll
  static void start() {
    web = HttpTarget.start();
    serve = ServeProcess.of(VmessUser.AEAD);
  }

  @AfterAll
  static void stop() {
    web.close();
    if (serve != null) {
      serve.close();
    }
  }

  @Test
  void carriesConnectionsThroughItsServersAndFollowsItsChanges() throws IOException {
    Path cache = directory.resolve("follows");
    try (Provider provider = Provider.of(encoded(Provider.link("one", serve.port())));
        ProxyProcess proxy = start(cache, provider.url(), "--subscribe-interval", "1s")) {
      carry(proxy);

      provider.answer(Provider.link("dead", 9) + "vmess://broken\n");
      logs(proxy, "subscription 127.0.0.1: 1 server (1 new, 1 gone), 1 entry not usable: line 2: ");
      provider.answer(Provider.link("one", serve.port()));

      // Through a server that is dead nothing comes; past it nothing may, unless that is wanted.
      logs(proxy, "--subscribe-direct asks past the servers, too");
      proxy.stop();
      assertThat(proxy.process().out() + proxy.log()).doesNotContain(Provider.TOKEN);
    }
  }

  @Test
  void worksFromTheCacheWhileItsProviderIsDead() throws IOException {
    Path cache = directory.resolve("deep/cache");
    Provider provider = Provider.of(Provider.link("one", serve.port()));
    try (provider;
        ProxyProcess proxy = start(cache, provider.url())) {
      carry(proxy);
      proxy.stop();
    }

    try (ProxyProcess proxy = start(cache, provider.url(), "--subscribe-interval", "1s")) {
      carry(proxy);
      logs(proxy, "1 server from the cache, fetched ");
      logs(proxy, "in use: 1 server fetched ");
      proxy.stop();
      assertThat(proxy.process().out() + proxy.log()).doesNotContain(Provider.TOKEN);
    }
    assertThat(mode(cache)).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files)
          .singleElement()
          .satisfies(
              file -> {
                assertThat(mode(file)).isEqualTo("rw-------");
                assertThat(file + Files.readString(file)).doesNotContain(Provider.TOKEN);
              });
    }
  }

  @Test
  void saysWhyThereIsNoServerToStartWith() {
    Provider dead = Provider.of("");
    dead.close();

    Ended ended = run(dead.url());

    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("--subscribe: subscription 127.0.0.1: REFUSED: its port refuses connections")
        .doesNotContain(Provider.TOKEN, "Exception");
  }

  @Test
  void aFileThatIsNoSubscriptionIsAMistakeOnTheCommandLine() throws IOException {
    Path file = Files.writeString(directory.resolve("page"), "<html><title>Log in</title>");

    Ended page = run(file.toString());
    Ended none = run(directory.resolve("no-such").toString());

    assertThat(page.exit()).as(page.err()).isEqualTo(2);
    assertThat(page.firstError()).contains("--subscribe", file.toString(), "HTML_PAGE");
    assertThat(none.exit()).as(none.err()).isEqualTo(2);
    assertThat(none.firstError()).contains("--subscribe", "no such file");
  }

  private static Ended run(String source) {
    return ProxyProcess.run(
        "run",
        "--listen",
        "127.0.0.1:0",
        "--cache-dir",
        directory.resolve("none").toString(),
        "--subscribe",
        source);
  }

  private static ProxyProcess start(Path cache, String url, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--subscribe", url, "--cache-dir", cache.toString()));
    arguments.addAll(List.of(more));
    return ProxyProcess.inFrontOf(arguments);
  }

  private static void carry(ProxyProcess proxy) throws IOException {
    Curl.Answer answer =
        new Curl(directory)
            .get(FrontEnd.SOCKS5H, proxy.port(), web.url("127.0.0.1", "/bytes?n=100000"));

    assertThat(answer.status()).as(proxy.log()).isEqualTo(200);
    assertThat(Files.size(answer.body())).isEqualTo(100_000);
  }

  private static void logs(ProxyProcess proxy, String text) {
    Wait.until(LIMIT, () -> proxy.log().contains(text), () -> proxy.log());
  }

  private static String encoded(String body) {
    return Base64.getMimeEncoder().encodeToString(body.getBytes(UTF_8));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
