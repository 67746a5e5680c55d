package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.fetch.Connector;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import io.vmessproxy.client.settings.SubscriptionSource;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of subscriptions share: a provider, a clock, and what the program tells. */
@Timeout(60)
abstract class SubscriptionsBench {
  static final Duration TIMEOUT = Duration.ofSeconds(3);
  static final Duration SOON = Duration.ofMillis(50);
  static final Server GIVEN = TestBodies.server("given", 1);

  @TempDir Path home;
  final EventLoopGroup loops = EventLoops.group(1);
  final SystemResolver resolver = new SystemResolver();
  final Dialer dialer = new Dialer(resolver);
  final AtomicInteger throughServers = new AtomicInteger();
  final AtomicInteger directly = new AtomicInteger();
  final BlockingQueue<List<Server>> changes = new LinkedBlockingQueue<>();
  final List<AutoCloseable> running = new ArrayList<>();
  volatile boolean serversWork = true;
  volatile Instant now = Instant.parse("2026-11-26T12:00:00Z");
  StandardError log;

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

  Provider provider(String body) throws IOException {
    Provider provider = Provider.of(body);
    running.add(provider);
    return provider;
  }

  /** A program that starts, fetches and ends. */
  void fetchOnce(Provider provider) throws Exception {
    Subscriptions subscriptions = subscriptions(null, provider.url());
    subscriptions.begin();
    subscriptions.close();
  }

  Subscriptions restarted(Provider provider) throws Exception {
    Subscriptions subscriptions = subscriptions(null, provider.url());
    subscriptions.begin();
    return subscriptions;
  }

  boolean restartsWith(String text, Provider provider) throws Exception {
    restarted(provider).close();
    return log.text().contains(text);
  }

  void follow(Subscriptions subscriptions) {
    subscriptions.follow(subscriptions.servers(), changes::add);
  }

  Subscriptions subscriptions(@Nullable Duration interval, String source, Server... given) {
    return subscriptions(settings(interval, false, source, 0), given);
  }

  SubscriptionSettings settings(
      @Nullable Duration interval, boolean direct, String source, int before) {
    return new SubscriptionSettings(
        List.of(place(source, before)), interval, "vmess-proxy/1.2", direct, home);
  }

  static Place place(String source, int before) {
    return new Place(SubscriptionSource.read("--subscribe", source), before, server -> server);
  }

  Subscriptions subscriptions(SubscriptionSettings settings, Server... given) {
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

  static String tags(List<Server> servers) {
    return String.join(" ", servers.stream().map(Server::tag).toList());
  }

  List<Server> change() throws InterruptedException {
    List<Server> change = changes.poll(20, TimeUnit.SECONDS);
    assertThat(change).as("a change").isNotNull();
    return change;
  }

  static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  /** Stands still but for what the test does. */
  final class SteppedClock extends Clock {
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
