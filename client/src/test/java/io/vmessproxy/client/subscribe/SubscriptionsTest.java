package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against a real HTTP server. None of its tests may log a part of a URL but its host. */
final class SubscriptionsTest extends SubscriptionsBench {
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
    await(() -> subscriptions.notes().stream().anyMatch(note -> note.contains("answered 500")));
    follow(subscriptions);
    await(() -> log.lines("answered 500").size() == 1);
    assertThat(log.text()).contains("answered 500 (the provider's fault; later it may work); next");
  }

  @Test
  void aServersNameHoldsNoPartOfTheUrl() throws Exception {
    Provider provider = provider("a-" + Provider.TOKEN + " 1\n");
    Subscriptions subscriptions = subscriptions(null, provider.url());

    subscriptions.begin();

    assertThat(tags(subscriptions.servers())).isEqualTo("a-…");
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
}
