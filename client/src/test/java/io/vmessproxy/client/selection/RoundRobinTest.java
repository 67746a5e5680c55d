package io.vmessproxy.client.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class RoundRobinTest {
  private static final Session SESSION =
      new Session(
          1, "socks5", Network.TCP, new Destination(new Address.Domain("example.com"), 443));

  @Test
  void takesServersInTurnAndEachServersUsersInTurn() {
    RoundRobin turns = new RoundRobin(List.of(server("a", 1), server("b", 2), server("c", 3)));

    assertThat(names(turns, 12))
        .containsExactly("a0", "b0", "c0", "a0", "b1", "c1", "a0", "b0", "c2", "a0", "b1", "c0");
  }

  @Test
  void aServerThatIsThereTwiceHasTwoTurns() {
    Server twice = server("a", 2);

    assertThat(names(new RoundRobin(List.of(twice, server("b", 1), twice)), 6))
        .containsExactly("a0", "b0", "a0", "a1", "b0", "a1");
  }

  @Test
  void twoSelectorsOverTheSameServersGoTheSameWay() {
    List<Server> servers = List.of(server("a", 3), server("b", 2));

    assertThat(names(new RoundRobin(servers), 50)).isEqualTo(names(new RoundRobin(servers), 50));
  }

  @Test
  void aLearnedServerHasItsTurnUntilItsTimeIsOver() {
    AtomicLong now = new AtomicLong();
    RoundRobin turns = new RoundRobin(List.of(server("a", 1), server("b", 1)), now::get);

    assertThat(turns.learn(server("x", 1), Duration.ofMinutes(2))).isTrue();
    assertThat(names(turns, 6)).containsExactly("a0", "b0", "x0", "a0", "b0", "x0");

    now.set(Duration.ofMinutes(2).toNanos() - 1);
    assertThat(names(turns, 3)).containsExactly("a0", "b0", "x0");

    now.set(Duration.ofMinutes(2).toNanos());
    assertThat(names(turns, 4)).containsExactly("a0", "b0", "a0", "b0");
  }

  @Test
  void aServerThatIsLearnedAgainHasOneTurnForLonger() {
    AtomicLong now = new AtomicLong();
    RoundRobin turns = new RoundRobin(List.of(server("a", 1)), now::get);
    turns.learn(server("x", 1), Duration.ofMinutes(1));
    now.set(Duration.ofSeconds(59).toNanos());

    assertThat(turns.learn(server("x", 1), Duration.ofMinutes(1))).isFalse();

    now.set(Duration.ofSeconds(118).toNanos());
    assertThat(names(turns, 4)).containsExactly("a0", "x0", "a0", "x0");
  }

  @Test
  void forgetsALearnedServerOnly() {
    RoundRobin turns = new RoundRobin(List.of(server("a", 1)));
    turns.learn(server("x", 1), Duration.ofMinutes(1));

    assertThat(turns.forget(server("x", 1))).isTrue();
    assertThat(turns.forget(server("a", 1))).isFalse();

    assertThat(names(turns, 3)).containsExactly("a0", "a0", "a0");
    assertThat(turns.endpoints()).hasSize(1);
  }

  @Test
  void aServerThatSuggestsForEverFillsNothing() {
    RoundRobin turns = new RoundRobin(List.of(server("a", 1)));
    for (int i = 0; i < 1000; i++) {
      turns.learn(server("x" + i, 1), Duration.ofMinutes(1));
    }

    assertThat(Set.copyOf(names(turns, 1000))).hasSize(65).contains("a0", "x9990");
  }

  @Test
  void whoseTurnItIsStaysSoWhenOthersComeAndGo() {
    RoundRobin turns =
        new RoundRobin(List.of(server("a", 2), server("b", 1), server("c", 1), server("d", 1)));
    assertThat(names(turns, 2)).containsExactly("a0", "b0");

    turns.replace(List.of(server("x", 1), server("a", 2), server("c", 1), server("d", 1)));
    assertThat(names(turns, 5)).containsExactly("c0", "d0", "x0", "a1", "c0");

    turns.replace(List.of(server("a", 2), server("y", 1)));
    assertThat(names(turns, 3))
        .as("d is gone, and a next behind it")
        .containsExactly("a0", "y0", "a1");
  }

  @Test
  void aWholeNewListBeginsAnywhereWithinIt() {
    RoundRobin turns = new RoundRobin(List.of(server("a", 1), server("b", 1), server("c", 1)));
    names(turns, 2);

    turns.replace(List.of(server("x", 1)));

    assertThat(names(turns, 2)).containsExactly("x0", "x0");
  }

  @Test
  void whatIsLearnedGoesWithAReplacement() {
    RoundRobin turns = new RoundRobin(List.of(server("a", 1)));
    turns.learn(server("x", 1), Duration.ofMinutes(1));

    turns.replace(List.of(server("a", 1), server("b", 1)));

    assertThat(turns.endpoints()).extracting(at -> at.server().tag()).containsExactly("a", "b");
  }

  @Test
  void refusesToChooseAmongNone() {
    assertThatThrownBy(() -> new RoundRobin(List.of()))
        .hasMessage("servers: none (expected: at least one)");
  }

  @Test
  @Timeout(20)
  void isFairToTheLastTurnUnderEightThreads() throws InterruptedException, ExecutionException {
    int threads = 8;
    int each = 6_000;
    RoundRobin turns = new RoundRobin(List.of(server("a", 1), server("b", 2), server("c", 5)));
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    ExecutorService pool = Executors.newFixedThreadPool(threads);

    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(pool.submit(() -> taken.addAll(names(turns, each))));
    }
    for (Future<?> thread : running) {
      thread.get();
    }
    pool.shutdown();

    Map<String, Long> counts =
        taken.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(counts)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a0", 16_000L, "b0", 8_000L, "b1", 8_000L, "c0", 3_200L, "c1", 3_200L, "c2", 3_200L,
                "c3", 3_200L, "c4", 3_200L));
  }

  private static List<String> names(RoundRobin turns, int count) {
    return Stream.generate(() -> turns.next(SESSION))
        .limit(count)
        .map(endpoint -> endpoint.server().tag() + endpoint.user().level())
        .toList();
  }

  /** The level counts the users: it is what tells them apart here. */
  private static Server server(String tag, int users) {
    List<Account> accounts = new ArrayList<>();
    for (int level = 0; level < users; level++) {
      accounts.add(new Account(UserId.of(new byte[16]), 0, Security.AES_128_GCM, level));
    }
    return new Server(tag, new Destination(new Address.Domain(tag), 1), accounts);
  }
}
