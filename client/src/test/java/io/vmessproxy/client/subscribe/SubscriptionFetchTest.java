package io.vmessproxy.client.subscribe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a subscription is asked for, and what is made of the answer. */
final class SubscriptionFetchTest extends SubscriptionsBench {
  @Test
  void asksOnlyWhetherAnythingChanged() throws Exception {
    Provider provider = provider("");
    provider.answer(
        exchange -> {
          exchange.getResponseHeaders().set("Subscription-Userinfo", "download=1024; total=2048");
          exchange.getResponseHeaders().set("ETag", "\"v1\"");
          boolean known = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-none-match"));
          Provider.send(exchange, known ? 304 : 200, known ? "" : "a 1\n");
        });
    fetchOnce(provider);
    now = now.plus(Duration.ofDays(3));
    Subscriptions again = restarted(provider);
    follow(again);

    await(() -> restartsWith("fetched 0 s ago", provider));
    assertThat(provider.requests()).hasSize(2);
    assertThat(tags(again.servers())).isEqualTo("a");
    assertThat(again.notes()).containsExactly("subscription 127.0.0.1: 1 of 2 KiB used");
  }

  @Test
  void readsAllHeadersAndUnpacks() throws Exception {
    Provider provider =
        Provider.answering(
            exchange -> {
              exchange.getResponseHeaders().set("Content-Encoding", "gzip");
              exchange.getResponseHeaders().set("Profile-Title", "base64:SG9tZQ==");
              exchange.getResponseHeaders().set("Profile-Update-Interval", "2");
              exchange.getResponseHeaders().set("Support-Url", "https://help.example");
              exchange.getResponseHeaders().set("Announce", "soon: " + Provider.TOKEN);
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                out.write("#profile-title: Other\na 1\n".getBytes(StandardCharsets.UTF_8));
              }
            });
    running.add(provider);
    Subscriptions subscriptions = subscriptions(null, provider.url());
    subscriptions.begin();

    assertThat(tags(subscriptions.servers())).isEqualTo("a");
    assertThat(subscriptions.notes())
        .containsExactly(
            "subscription 127.0.0.1: Home",
            "subscription 127.0.0.1: announcement: soon: …",
            "subscription 127.0.0.1: support: https://help.example");
    subscriptions.close();
    now = now.plus(Duration.ofHours(3));
    Subscriptions again = restarted(provider);
    follow(again);
    await(() -> provider.requests().size() == 2);
  }

  @ParameterizedTest
  @CsvSource({"5, true", "6, false"})
  void followsFiveRedirects(int redirects, boolean works) throws Exception {
    AtomicInteger left = new AtomicInteger(redirects);
    Provider provider =
        Provider.answering(
            exchange -> {
              if (left.getAndDecrement() > 0) {
                exchange.getResponseHeaders().set("Location", "/sub/next" + Provider.TOKEN);
                Provider.send(exchange, 302, "");
              } else {
                Provider.send(exchange, 200, "a 1\n");
              }
            });
    running.add(provider);
    Subscriptions subscriptions = subscriptions(null, provider.url());

    if (works) {
      subscriptions.begin();
      assertThat(tags(subscriptions.servers())).isEqualTo("a");
    } else {
      assertThatThrownBy(subscriptions::begin).hasMessageContaining("redirects");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          404 => HTTP_STATUS: answered 404 (has the link expired? The provider's page shows a new one)
          429 => HTTP_STATUS: answered 429 (it is asked too often: --subscribe-interval says how often)
          503 => HTTP_STATUS: answered 503 (the provider's fault; later it may work)
          """)
  void withoutAnyServerSaysWhy(int status, String why) throws Exception {
    Provider provider = Provider.answering(Provider.status(status, Provider.TOKEN));
    running.add(provider);
    Subscriptions subscriptions = subscriptions(null, provider.url());

    SubscriptionException e =
        catchThrowableOfType(SubscriptionException.class, subscriptions::begin);

    assertThat(e).hasMessage("subscription 127.0.0.1: " + why);
    assertThat(e.code()).isEqualTo("HTTP_STATUS");
    assertThat(e.evidence()).isEqualTo("answered " + status);
    assertThat(e.action()).isNotEmpty();
    assertThat(log.text()).as("nobody tries again").doesNotContain("next attempt", why);
  }

  @Test
  void waitsNoLongerThanTheTimeout() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    running.add(over::countDown);
    Provider slow =
        Provider.answering(
            exchange -> {
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().flush();
              try {
                over.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    running.add(slow);
    long start = System.nanoTime();

    assertThatThrownBy(subscriptions(null, slow.url())::begin)
        .hasMessageContaining("subscription 127.0.0.1: TIMEOUT: no whole answer within 3 s");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusSeconds(3));
  }

  @Test
  void namesNoFlagWhereTheProviderSpeaksNoTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answered =
          CompletableFuture.runAsync(
              () -> {
                try (Socket client = plain.accept()) {
                  client.getInputStream().read();
                  client.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> new Thread(task, "provider").start());
      String url = "https://127.0.0.1:" + plain.getLocalPort() + "/x";

      assertThatThrownBy(subscriptions(null, url)::begin)
          .hasMessageEndingWith("(is the link right?)")
          .hasMessageNotContaining("--");
      answered.join();
    }
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    Provider provider =
        Provider.answering(
            exchange -> {
              exchange.getResponseHeaders().set("Content-Encoding", "gzip");
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                out.write(new byte[Fetcher.MAX_BODY_BYTES + 1]);
              }
            });
    running.add(provider);

    assertThatThrownBy(subscriptions(null, provider.url())::begin)
        .hasMessageEndingWith("longer than 10485760 bytes (is the link right?)");
  }
}
