package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AuthId;
import io.vmessproxy.common.vmess.header.LegacyAuth;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where an inbound sends the clients of another one, and the ports that change. */
@Timeout(30)
class DetourTest {
  private static final int GUEST_LEVEL = 3;
  private static final int GUEST_ALTER_ID = 2;

  private final SecureRandom random = new SecureRandom();
  private final FakeClock clock = new FakeClock();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Freedom freedom = new Freedom(new Dialer(resolver));

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void namesTheUserWithTheSameEmail() {
    InboundUser there = new InboundUser(UserId.random(random), 7, 1, "Love@example.com");
    Detour detour = Detour.to(server(List.of(user("other"), there)), 10086);

    assertThat(detour.suggestion(user("love@EXAMPLE.com")))
        .isEqualTo(new SwitchAccount(null, 10086, there.id(), 7, 1, 255));
  }

  @Test
  void makesAUserWhereThereIsNoneAndKeepsHim() {
    VmessServer target = server(List.of());
    Detour detour = Detour.to(target, 10086);
    SwitchAccount made = suggestion(detour, user("a"));

    assertThat(made.alterId()).isEqualTo(GUEST_ALTER_ID);
    assertThat(made.level()).isEqualTo(GUEST_LEVEL);
    assertThat(suggestion(detour, user("a"))).isEqualTo(made);
    assertThat(suggestion(detour, user("b")).user()).isNotEqualTo(made.user());
    assertThat(suggestion(detour, user("")).user()).isEqualTo(suggestion(detour, user("")).user());
    assertTakes(target, made);
  }

  /** By an auth id of either form. */
  private void assertTakes(VmessServer target, SwitchAccount suggestion) {
    long now = clock.instant().getEpochSecond();
    byte[] authId = AuthId.create(CommandKey.of(suggestion.user()), now, random.nextInt());
    assertThat(target.users().identify(authId).user().settings().id()).isEqualTo(suggestion.user());
    target.users().refresh();
    UserId alterId = AlterIds.of(suggestion.user(), GUEST_ALTER_ID).get(GUEST_ALTER_ID - 1);
    assertThat(target.users().identify(LegacyAuth.create(alterId, now)).user().settings().id())
        .isEqualTo(suggestion.user());
  }

  @Test
  void makesNoMoreUsersThanThereIsRoomFor() {
    Detour detour = Detour.to(server(List.of()), 10086);
    for (int i = 0; i < 1024; i++) {
      assertThat(detour.suggestion(user("u" + i))).isNotNull();
    }

    assertThat(detour.suggestion(user("one more"))).isNull();
    assertThat(detour.suggestion(user("u0"))).isNotNull();
  }

  @Test
  void opensNewPortsEachTurnAndClosesTheOldOnesATurnLater() throws Exception {
    try (DynamicInbound inbound = dynamic(3, 20)) {
      inbound.turn();
      List<Integer> first = inbound.openPorts();
      Socket connection = connect(first.get(0));
      inbound.turn();
      List<Integer> firstAndSecond = inbound.openPorts();
      inbound.turn();
      List<Integer> secondAndThird = inbound.openPorts();

      assertThat(first).hasSize(3);
      assertThat(firstAndSecond).hasSize(6).doesNotHaveDuplicates().containsAll(first);
      assertThat(secondAndThird).hasSize(6).containsAll(firstAndSecond.subList(3, 6));
      for (int port : secondAndThird) {
        connect(port).close();
      }
      for (int port : first) {
        if (!secondAndThird.contains(port)) {
          assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
        }
      }
      assertThat(inbound.connections().stream().mapToInt(open -> open.size()).sum()).isPositive();
      connection.close();
    }
  }

  @Test
  void suggestsOneOfTheNewestPortsForTheTimeThatIsLeft() {
    try (DynamicInbound inbound = dynamic(2, 20)) {
      assertThat(inbound.suggestion(user("a"))).isNull();
      inbound.turn();
      inbound.turn();
      List<Integer> newest = inbound.openPorts().subList(2, 4);

      assertThat(suggestion(inbound, user("a")).minutes()).isEqualTo(5);
      clock.advance(Duration.ofSeconds(119));
      assertThat(suggestion(inbound, user("a")).minutes()).isEqualTo(4);
      clock.advance(Duration.ofMinutes(3));
      assertThat(suggestion(inbound, user("a")).minutes()).isEqualTo(1);
      for (int i = 0; i < 50; i++) {
        assertThat(suggestion(inbound, user("a")).port()).isIn(newest);
      }
    }
  }

  @Test
  void opensWhatPortsThereAre() throws Exception {
    try (DynamicInbound inbound = dynamic(3, 1)) {
      inbound.turn();
      inbound.turn();

      assertThat(inbound.openPorts()).hasSizeBetween(1, 2).doesNotHaveDuplicates();
      assertThat(suggestion(inbound, user("a")).port()).isIn(inbound.openPorts());
    }
  }

  @Test
  void saysThatNoPortIsFree() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        DynamicInbound inbound = dynamic(taken.getLocalPort(), taken.getLocalPort(), 1)) {
      assertThatThrownBy(inbound::start)
          .isInstanceOf(BindException.class)
          .hasMessage("none of the ports %1$d to %1$d is free".formatted(taken.getLocalPort()));
    }
  }

  private DynamicInbound dynamic(int concurrency, int more) {
    int first;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      first = Math.min(free.getLocalPort(), 0xffff - more);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return dynamic(first, first + more, concurrency);
  }

  private DynamicInbound dynamic(int first, int last, int concurrency) {
    return new DynamicInbound(
        new DynamicInbound.Ports(
            InetAddress.getLoopbackAddress(), first, last, Duration.ofMinutes(5), concurrency),
        () -> server(List.of()),
        InboundTransport.PLAIN,
        loops,
        clock);
  }

  private VmessServer server(List<InboundUser> users) {
    return new VmessServer(
        users,
        new InboundOptions(
            PolicyTable.DEFAULT, TargetAccess.ALL, false, Detour.NONE, GUEST_LEVEL, GUEST_ALTER_ID),
        freedom,
        clock);
  }

  private InboundUser user(String email) {
    return new InboundUser(UserId.random(random), 0, 0, email);
  }

  private static SwitchAccount suggestion(Detour detour, InboundUser user) {
    return Objects.requireNonNull(detour.suggestion(user));
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }
}
