package io.vmessproxy.client.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is chosen while some are out, by each strategy. */
class StrategyTest implements Health {
  private static final Session SESSION =
      Session.of("test", new Destination(Address.of("target.example"), 443));

  private final TestClock clock = new TestClock();
  private final Set<String> out = new HashSet<>();
  private final Map<String, Long> millis = new HashMap<>();
  private final List<Server> servers = servers(5);
  private long version;

  @Test
  void roundRobinIsFairToThoseThatServe() {
    RoundRobin selector = new RoundRobin(servers, this, clock);
    Random random = new Random(11);
    for (int phase = 0; phase < 500; phase++) {
      String some = "s" + (1 + random.nextInt(5));
      setOut(some, out.size() < 4 && !out.contains(some));
      Map<String, Integer> picks = new HashMap<>();
      int count = 1 + random.nextInt(40);
      for (int i = 0; i < count; i++) {
        picks.merge(pick(selector), 1, Integer::sum);
      }
      assertThat(picks.keySet()).noneMatch(out::contains);
      List<Integer> times =
          servers.stream()
              .map(Server::tag)
              .filter(tag -> !out.contains(tag))
              .map(tag -> picks.getOrDefault(tag, 0))
              .sorted()
              .toList();
      assertThat(times.get(times.size() - 1) - times.get(0)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void roundRobinGivesTheTurnsOfOneThatIsOutToNobodyInParticular() {
    RoundRobin selector = new RoundRobin(servers, this, clock);
    setOut("s2", true);

    assertThat(picks(selector, 8)).containsExactly("s1", "s3", "s4", "s5", "s1", "s3", "s4", "s5");
    setOut("s2", false);
    assertThat(picks(selector, 6)).containsExactly("s1", "s3", "s4", "s5", "s2", "s1");
  }

  @Test
  void usersThatAreOutArePassedOver() {
    Server server = HealthBoardTest.server("many", 3);
    Set<Endpoint> gone = new HashSet<>();
    Health health =
        new Health() {
          @Override
          public boolean available(Endpoint endpoint) {
            return !gone.contains(endpoint);
          }

          @Override
          public long latencyNanos(Endpoint endpoint) {
            return 0;
          }
        };
    RoundRobin selector = new RoundRobin(List.of(server), health, clock);
    List<Endpoint> all = selector.endpoints();
    gone.add(all.get(1));

    assertThat(IntStream.range(0, 4).mapToObj(i -> selector.next(SESSION)))
        .containsExactly(all.get(0), all.get(2), all.get(0), all.get(2));
  }

  @Test
  void whatASessionHasTriedIsNotChosen() {
    for (Strategy strategy : Strategy.values()) {
      ServerSelector selector = strategy.selector(servers, this);
      Set<Endpoint> tried = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        tried.add(selector.next(SESSION, endpoint -> !tried.contains(endpoint)).orElseThrow());
      }

      assertThat(tried).as(strategy.text()).hasSize(5);
      assertThat(selector.next(SESSION, endpoint -> !tried.contains(endpoint))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereNoneServesAnyIsChosen(Strategy strategy) {
    ServerSelector selector = strategy.selector(servers, this);
    picks(selector, 7);
    servers.forEach(server -> setOut(server.tag(), true));

    assertThat(picks(selector, 10)).isNotEmpty();
    setOut("s4", false);
    clock.passMillis(100);
    assertThat(picks(selector, 10)).containsOnly("s4");
  }

  @Test
  void roundRobinTakesAllInTurnWhereNoneServes() {
    RoundRobin selector = new RoundRobin(servers, this, clock);
    servers.forEach(server -> setOut(server.tag(), true));

    assertThat(new HashSet<>(picks(selector, 5))).hasSize(5);
  }

  @Test
  void failoverTakesTheFirstAndGoesBackWithPatience() {
    Failover selector = new Failover(servers, this, clock);
    assertThat(picks(selector, 3)).containsOnly("s1");
    setOut("s1", true);
    assertThat(picks(selector, 3)).containsOnly("s2");
    setOut("s1", false);
    assertThat(picks(selector, 3)).containsOnly("s2");
    clock.passMillis(4999);
    assertThat(pick(selector)).isEqualTo("s2");
    setOut("s1", true); // It comes and goes.
    assertThat(pick(selector)).isEqualTo("s2");
    setOut("s1", false);
    clock.passMillis(2000);
    assertThat(pick(selector)).isEqualTo("s2");
    clock.passMillis(5000);
    assertThat(picks(selector, 3)).containsOnly("s1");
    setOut("s1", true);
    setOut("s2", true);
    assertThat(pick(selector)).isEqualTo("s3");
  }

  @Test
  void leastLatencyTriesAllThenStaysWithTheFastest() {
    servers.forEach(server -> millis.put(server.tag(), 0L));
    LeastLatency selector = new LeastLatency(servers, this, clock);
    List<String> explored = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String tag = pick(selector);
      explored.add(tag);
      millis.put(tag, tag.equals("s3") ? 20L : 100L);
      clock.passMillis(100);
    }
    assertThat(new HashSet<>(explored)).hasSize(5);
    clock.passMillis(4000);
    pick(selector);
    clock.passMillis(4000);
    pick(selector);

    List<String> picks = picks(selector, 200);
    assertThat(picks.stream().filter("s3"::equals).count()).isBetween(194L, 199L);
  }

  @Test
  void leastLatencyIsNotFickle() {
    servers.forEach(server -> millis.put(server.tag(), 100L));
    millis.put("s2", 90L);
    LeastLatency selector = new LeastLatency(servers, this, clock);
    assertThat(picks(selector, 20)).containsOnly("s2");
    millis.put("s4", 75L); // Better, but not by a fifth.
    assertThat(mostChosenFor(selector, 10)).isEqualTo("s2");
    millis.put("s4", 50L);
    assertThat(mostChosenFor(selector, 2)).isEqualTo("s2");
    millis.put("s4", 90L);
    assertThat(mostChosenFor(selector, 2)).isEqualTo("s2");
    millis.put("s4", 50L);
    mostChosenFor(selector, 5);
    assertThat(mostChosenFor(selector, 2)).isEqualTo("s4");
    setOut("s4", true);
    assertThat(picks(selector, 20)).doesNotContain("s4").contains("s2");
  }

  @Test
  void randomIsEvenAndHasASeed() {
    List<String> some = picks(new RandomChoice(servers, this, clock, new Random(5)), 5000);
    List<String> same = picks(new RandomChoice(servers, this, clock, new Random(5)), 5000);

    assertThat(some).isEqualTo(same);
    for (Server server : servers) {
      assertThat(some.stream().filter(server.tag()::equals).count()).isBetween(900L, 1100L);
    }
    setOut("s1", true);
    assertThat(picks(new RandomChoice(servers, this, clock, new Random(5)), 1000))
        .doesNotContain("s1");
  }

  @ParameterizedTest
  @EnumSource
  void choosingAmongTwoThousandCostsLittle(Strategy strategy) {
    List<Server> many = servers(2000);
    many.forEach(server -> millis.put(server.tag(), 100L));
    many.stream().skip(1).forEach(server -> out.add(server.tag()));
    ServerSelector selector = strategy.selector(many, this);
    picks(selector, 100);
    long start = System.nanoTime();
    List<String> picks = picks(selector, 2000);

    assertThat(picks).containsOnly("s1");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  private String mostChosenFor(ServerSelector selector, int seconds) {
    Map<String, Integer> picks = new HashMap<>();
    for (int i = 0; i < seconds * 10; i++) {
      clock.passMillis(100);
      picks.merge(pick(selector), 1, Integer::sum);
    }
    return picks.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private static String pick(ServerSelector selector) {
    return selector.next(SESSION).server().tag();
  }

  private static List<String> picks(ServerSelector selector, int count) {
    return IntStream.range(0, count).mapToObj(i -> pick(selector)).toList();
  }

  private void setOut(String tag, boolean gone) {
    version++;
    if (gone) {
      out.add(tag);
    } else {
      out.remove(tag);
    }
  }

  private static List<Server> servers(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> HealthBoardTest.server("s" + i, 1))
        .toList();
  }

  @Override
  public boolean available(Endpoint endpoint) {
    return !out.contains(endpoint.server().tag());
  }

  @Override
  public long latencyNanos(Endpoint endpoint) {
    return Duration.ofMillis(millis.getOrDefault(endpoint.server().tag(), 0L)).toNanos();
  }

  @Override
  public long version() {
    return version;
  }
}
