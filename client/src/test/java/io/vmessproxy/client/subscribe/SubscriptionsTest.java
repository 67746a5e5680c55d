package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.fetch.Connector;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import io.vmessproxy.client.settings.SubscriptionSource;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real HTTP server. None of its tests may log a part of a URL but its host. */
@Timeout(60)
final class SubscriptionsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Server GIVEN = TestBodies.server("given", 1);

  @TempDir private Path home;
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final AtomicInteger throughServers = new AtomicInteger();
  private final AtomicInteger directly = new AtomicInteger();
  private final BlockingQueue<List<Server>> changes = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> running = new ArrayList<>();
  private volatile boolean serversWork = true;
  private volatile Instant now = Instant.parse("2026-11-26T12:00:00Z");
  private StandardError log;

  @BeforeEach
  void listen() {
    log = new StandardError();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
    log.close();
    assertThat(log.text()).doesNotContain(Provider.TOKEN).doesNotContain("/sub/");
  }

  @Test
  void withNothingElseFetchesDirectlyAndWaits() throws Exception {
    Provider provider = provider("a 1\nb 2\n! bad\n");
    Subscriptions subscriptions = subscriptions(null, provider.url());

    subscriptions.begin();

    assertThat(tags(subscriptions.servers())).isEqualTo("a b");
    assertThat(directly).hasValue(1);
    assertThat(throughServers).hasValue(0);
    assertThat(provider.requests().get(0).getFirst("User-agent")).isEqualTo("vmess-proxy/1.2");
    assertThat(provider.requests().get(0).getFirst("Accept")).isEqualTo("*/*");
    assertThat(provider.requests().get(0).getFirst("Accept-encoding")).contains("gzip");
    assertThat(provider.requests().get(0).getFirst("Authorization")).startsWith("Basic ");
    assertThat(log.text())
        .contains("subscription 127.0.0.1: fetching directly, for there is no server yet")
        .contains("subscription 127.0.0.1: 2 servers, 1 entry not usable: line 3: BAD_PORT: ! bad")
        .contains("subscription 127.0.0.1: everybody on the way can read what http fetches");
  }

  @Test
  void withOtherServersStartsAtOnceAndFetchesThroughThem() throws Exception {
    Provider provider = provider("a 1\n");
    Subscriptions subscriptions = subscriptions(null, provider.url(), GIVEN);

    subscriptions.begin();
    assertThat(tags(subscriptions.servers())).isEqualTo("given");
    follow(subscriptions);

    assertThat(tags(change())).isEqualTo("a given");
    assertThat(throughServers).hasValue(1);
    assertThat(directly).hasValue(0);
  }

  @Test
  void triesThreeServersAndThenNotDirectlyUnlessItMay() throws Exception {
    Provider provider = provider("a 1\n");
    serversWork = false;
    Subscriptions careful = subscriptions(null, provider.url(), GIVEN);
    careful.begin();
    follow(careful);

    await(() -> !log.lines("next attempt in 5 min").isEmpty());
    assertThat(throughServers).hasValue(3);
    assertThat(directly).hasValue(0);
    assertThat(log.text())
        .contains("subscription 127.0.0.1: REFUSED: server given, connect: refused")
        .contains("(--subscribe-direct asks past the servers, too)");

    Subscriptions open = subscriptions(settings(null, true, provider.url(), 0), GIVEN);
    open.begin();
    follow(open);

    assertThat(tags(change())).isEqualTo("a given");
    assertThat(directly).hasValue(1);
  }

  @Test
  void aRefreshTellsWhatChangedAndOnlyThen() throws Exception {
    Provider provider = provider("a 1\nb 2\n! bad\n");
    Subscriptions subscriptions = subscriptions(SOON, provider.url(), GIVEN);
    subscriptions.begin();
    follow(subscriptions);
    assertThat(tags(change())).isEqualTo("a b given");

    int asked = provider.requests().size();
    await(() -> provider.requests().size() > asked + 2);
    assertThat(changes).as("nothing changed").isEmpty();

    provider.answer("b 2\n! bad\nc 3\n! worse\nd 4\n");
    assertThat(tags(change())).isEqualTo("b c d given");
    assertThat(log.lines("subscription 127.0.0.1: 3 servers (2 new, 1 gone)"))
        .singleElement()
        .asString()
        .contains("2 entries not usable: line 2: BAD_PORT: ! bad; line 4: BAD_PORT: ! worse");

    provider.answer("b 2\nc 3\nrenamed 4\n");
    assertThat(tags(change())).isEqualTo("b c renamed given");
    assertThat(log.text()).contains("3 servers (names or settings changed)");
  }

  @Test
  void aBadAnswerReplacesNothing() throws Exception {
    Provider provider = provider("a 1\n");
    Subscriptions subscriptions = subscriptions(SOON, provider.url(), GIVEN);
    subscriptions.begin();
    follow(subscriptions);
    change();

    provider.answer("# nothing\n");
    await(() -> !log.lines("NO_USABLE_NODE: no VMess server in it; in use: 1 server").isEmpty());
    provider.answer("<html>your token " + Provider.TOKEN + " is over");
    await(() -> !log.lines("HTML_PAGE: a web page: <html>your token … is over").isEmpty());
    provider.answer(Provider.status(404, "gone"));
    await(() -> !log.lines("HTTP_STATUS: answered 404 (has the link expired?").isEmpty());
    assertThat(subscriptions.notes()).anyMatch(note -> note.contains("; used are its servers"));

    assertThat(tags(subscriptions.servers())).isEqualTo("a given");
    assertThat(changes).isEmpty();
    assertThat(tags(restarted(provider).servers())).as("of the cache").isEqualTo("a");
  }

  @Test
  void startsAtOnceFromTheCacheAndLeavesAFreshOneAlone() throws Exception {
    Provider provider = provider("a 1\n");
    fetchOnce(provider);
    now = now.plus(Duration.ofHours(5));

    Subscriptions again = restarted(provider);
    follow(again);

    assertThat(tags(again.servers())).isEqualTo("a");
    assertThat(log.text()).contains("1 server from the cache, fetched 5 h ago");
    assertThat(provider.requests()).hasSize(1);
  }

  @Test
  void refreshesAnOldCacheThroughItsOwnServers() throws Exception {
    Provider provider = provider("a 1\n");
    fetchOnce(provider);
    provider.answer("b 2\n");
    now = now.plus(Duration.ofDays(3));

    Subscriptions again = restarted(provider);
    assertThat(tags(again.servers())).as("at once").isEqualTo("a");
    follow(again);

    assertThat(tags(change())).isEqualTo("b");
    assertThat(throughServers).hasValue(1);
    assertThat(log.text()).contains("1 server from the cache, fetched 3 days ago");
  }

  @Test
  void worksFromTheCacheWhileTheProviderIsDead() throws Exception {
    Provider provider = provider("a 1\n");
    fetchOnce(provider);
    provider.close();
    now = now.plus(Duration.ofDays(3));

    Subscriptions again = restarted(provider);
    follow(again);

    await(() -> !log.lines("in use: 1 server fetched 3 days ago, next attempt in 5 min").isEmpty());
    assertThat(tags(again.servers())).isEqualTo("a");
  }

  @Test
  void aCorruptCacheIsReportedAndFetchedAnew() throws Exception {
    Provider provider = provider("a 1\n");
    fetchOnce(provider);
    try (var files = Files.list(home)) {
      Files.writeString(files.findFirst().orElseThrow(), "garbage");
    }

    assertThat(tags(restarted(provider).servers())).isEqualTo("a");
    assertThat(log.text()).contains("subscription 127.0.0.1: its cache is not used: ");
    assertThat(provider.requests()).hasSize(2);
  }

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
        .hasMessageContaining("longer than 10485760 bytes");
  }

  @Test
  void oneOfTwoSubscriptionsIsEnoughToStart() throws Exception {
    Provider good = provider("a 1\n");
    Provider bad = Provider.answering(Provider.status(500, ""));
    running.add(bad);
    SubscriptionSettings settings =
        new SubscriptionSettings(
            List.of(place(bad.url(), 0), place(good.url(), 0)), null, "x", false, home);
    Subscriptions subscriptions = subscriptions(settings);

    subscriptions.begin();

    assertThat(tags(subscriptions.servers())).isEqualTo("a");
    await(() -> !log.lines("answered 500").isEmpty());
  }

  @Test
  void aFileIsReadAgainAndItsServersStandAtTheirPlace() throws Exception {
    Path file = Files.writeString(home.resolve("list"), "#profile-title: Mine\na 1\n");
    SubscriptionSettings settings =
        new SubscriptionSettings(List.of(place(file.toString(), 1)), SOON, "x", false, home);
    Subscriptions subscriptions = subscriptions(settings, GIVEN, TestBodies.server("behind", 2));
    subscriptions.begin();
    follow(subscriptions);
    assertThat(tags(subscriptions.servers())).isEqualTo("given a behind");
    assertThat(subscriptions.notes()).containsExactly("subscription " + file + ": Mine");

    Files.writeString(file, "b 2\n");
    await(() -> tags(subscriptions.servers()).equals("given b behind"));
    Files.delete(file);
    await(() -> !log.lines("FILE: cannot be read: NoSuchFileException").isEmpty());
    assertThat(tags(subscriptions.servers())).isEqualTo("given b behind");
  }

  @Test
  void aFileWithoutAServerIsTheUsersMistake() throws Exception {
    Path file = Files.writeString(home.resolve("list"), "! bad\n");

    assertThatThrownBy(subscriptions(settings(null, false, file.toString(), 0), GIVEN)::begin)
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "--subscribe: subscription " + file + ": NO_USABLE_NODE: no VMess server in it");
  }

  @Test
  void warnsOnceOfServersThatAnybodyOnTheWayCanReadOrPoseAs() throws Exception {
    Provider provider = provider("open 1\nposed 2\nsealed 3\n");
    Subscriptions subscriptions = subscriptions(SOON, provider.url(), GIVEN);
    subscriptions.begin();
    follow(subscriptions);
    change();
    provider.answer("open 1\nposed 2\nsealed 4\n");
    change();

    assertThat(log.lines("of its servers, 1 leave the payload readable")).hasSize(1);
    assertThat(log.lines("of its servers, 1 are taken with any certificate")).hasSize(1);
  }

  private Provider provider(String body) throws IOException {
    Provider provider = Provider.of(body);
    running.add(provider);
    return provider;
  }

  /** A program that starts, fetches and ends. */
  private void fetchOnce(Provider provider) throws Exception {
    Subscriptions subscriptions = subscriptions(null, provider.url());
    subscriptions.begin();
    subscriptions.close();
  }

  private Subscriptions restarted(Provider provider) throws Exception {
    Subscriptions subscriptions = subscriptions(null, provider.url());
    subscriptions.begin();
    return subscriptions;
  }

  private boolean restartsWith(String text, Provider provider) throws Exception {
    restarted(provider).close();
    return log.text().contains(text);
  }

  private void follow(Subscriptions subscriptions) {
    subscriptions.follow(subscriptions.servers(), changes::add);
  }

  private Subscriptions subscriptions(@Nullable Duration interval, String source, Server... given) {
    return subscriptions(settings(interval, false, source, 0), given);
  }

  private SubscriptionSettings settings(
      @Nullable Duration interval, boolean direct, String source, int before) {
    return new SubscriptionSettings(
        List.of(place(source, before)), interval, "vmess-proxy/1.2", direct, home);
  }

  private static Place place(String source, int before) {
    return new Place(SubscriptionSource.read("--subscribe", source), before, server -> server);
  }

  private Subscriptions subscriptions(SubscriptionSettings settings, Server... given) {
    HttpGet real = new HttpGet((target, loop) -> dialer.dial(target, false, TIMEOUT, loop));
    Connector dead =
        (target, loop) ->
            loop.newFailedFuture(
                new OutboundException(Failure.REFUSED, "connect", "given", "refused"));
    HttpGet none = new HttpGet(dead);
    Ways ways =
        new Ways(
            request -> {
              throughServers.incrementAndGet();
              return (serversWork ? real : none).get(request, loops.next());
            },
            request -> {
              directly.incrementAndGet();
              return real.get(request, loops.next());
            });
    Subscriptions subscriptions =
        new Subscriptions(
            List.of(given), settings, ways, TestBodies::read, new SteppedClock(), TIMEOUT);
    running.add(subscriptions);
    return subscriptions;
  }

  private static String tags(List<Server> servers) {
    return String.join(" ", servers.stream().map(Server::tag).toList());
  }

  private List<Server> change() throws InterruptedException {
    List<Server> change = changes.poll(20, TimeUnit.SECONDS);
    assertThat(change).as("a change").isNotNull();
    return change;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  /** Stands still but for what the test does. */
  private final class SteppedClock extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
