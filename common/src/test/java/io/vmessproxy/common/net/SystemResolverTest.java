package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemResolverTest {
  private static final long LIMIT_SECONDS = Long.getLong("limit", 30);
  private static final Address NAME = Address.of("a.example");
  private static final Duration OLD = Duration.ofMinutes(1);
  private static final List<InetAddress> FIRST = List.of(address(1), address(2));
  private static final List<InetAddress> SECOND = List.of(address(3));

  private final EventLoopGroup loops = EventLoops.group(1);
  private final AtomicLong nanos = new AtomicLong(-5);
  private final AtomicInteger asked = new AtomicInteger();
  private final BlockingQueue<Semaphore> held = new LinkedBlockingQueue<>();
  private volatile boolean hold;
  private volatile List<InetAddress> answer = FIRST; // none: the system has no answer
  private volatile Runnable before = () -> {};
  private final SystemResolver resolver = new SystemResolver(this::lookUp, 2, nanos::get);

  @AfterEach
  void stop() {
    resolver.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void switchesTheCacheOfTheJvmOff() {
    assertThat(Security.getProperty("networkaddress.cache.ttl")).isEqualTo("0");
    assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("0");
  }

  @Test
  void asksOnceIn30Seconds() {
    assertThat(resolved(NAME)).isEqualTo(FIRST);
    pass(Duration.ofMillis(29_999));

    Future<List<InetAddress>> again = resolver.resolve(NAME, loops.next());
    assertThat(again.isDone()).as("at once").isTrue();
    assertThat(again.getNow()).isEqualTo(FIRST);
    assertThat(resolved(Address.of("A.Example"))).isEqualTo(FIRST);
    assertThat(asked).hasValue(1);

    pass(Duration.ofMillis(1));
    answer = SECOND;
    assertThat(resolved(NAME)).isEqualTo(SECOND);
    assertThat(asked).hasValue(2);
  }

  @Test
  void sharesALookUpThatRuns() throws InterruptedException {
    hold = true;
    Future<List<InetAddress>> one = resolver.resolve(NAME, loops.next());
    Semaphore running = held();
    Future<List<InetAddress>> two = resolver.resolve(NAME, loops.next());
    running.release();

    assertThat(told(one)).isEqualTo(FIRST);
    assertThat(told(two)).isEqualTo(FIRST);
    assertThat(asked).hasValue(1);
  }

  @Test
  void usesWhatItKnewWhereTheSystemIsSlow() throws InterruptedException {
    resolved(NAME);
    pass(OLD);
    hold = true;
    answer = SECOND;
    Future<List<InetAddress>> slow = resolver.resolve(NAME, loops.next());
    Semaphore running = held();

    assertThat(slow.isDone()).as("it has a second").isFalse();
    assertThat(slow.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(slow.getNow()).isEqualTo(FIRST);

    pass(Duration.ofSeconds(1));
    Future<List<InetAddress>> next = resolver.resolve(NAME, loops.next());
    assertThat(next.isDone()).as("the second is over for the next one, too").isTrue();
    assertThat(next.getNow()).isEqualTo(FIRST);

    running.release();
    await(SECOND);
    assertThat(asked).hasValue(2);
  }

  @Test
  void usesWhatItKnewForADayWhereTheSystemHasNoAnswer() {
    resolved(NAME);
    answer = List.of();
    pass(OLD);
    assertThat(resolved(NAME)).isEqualTo(FIRST);
    assertThat(resolved(NAME)).as("not asked again for 10 s").isEqualTo(FIRST);
    assertThat(asked).hasValue(2);

    pass(Duration.ofSeconds(10));
    assertThat(resolved(NAME)).isEqualTo(FIRST);
    assertThat(asked).hasValue(3);

    pass(Duration.ofDays(1));
    assertThat(failure(NAME)).isInstanceOf(UnknownHostException.class);
  }

  @Test
  void asksAgainForAForgottenNameButOnceASecond() {
    List<InetAddress> led = resolved(NAME);
    answer = SECOND;
    resolver.forget(NAME, led);
    assertThat(resolved(NAME)).as("asked a moment ago").isEqualTo(FIRST);

    pass(Duration.ofSeconds(1));
    assertThat(resolved(NAME)).isEqualTo(SECOND);

    pass(Duration.ofSeconds(5));
    resolver.forget(NAME, led);
    assertThat(resolved(NAME)).as("what has come since is not forgotten").isEqualTo(SECOND);
    assertThat(asked).hasValue(2);
  }

  @Test
  void keepsAForgottenAnswerForWantOfABetterOne() {
    resolver.forget(NAME, resolved(NAME));
    pass(Duration.ofSeconds(1));
    answer = List.of();

    assertThat(resolved(NAME)).isEqualTo(FIRST);
  }

  @Test
  void takesNoAnswerOfAnotherNetwork() throws InterruptedException {
    hold = true;
    Future<List<InetAddress>> before = resolver.resolve(NAME, loops.next());
    Semaphore old = held();
    resolver.forgetAll();
    answer = SECOND;
    Future<List<InetAddress>> behind = resolver.resolve(NAME, loops.next());
    held().release();
    assertThat(told(behind)).isEqualTo(SECOND);
    answer = FIRST;
    old.release();

    assertThat(told(before)).isEqualTo(FIRST);
    assertThat(resolved(NAME)).isEqualTo(SECOND);
  }

  @Test
  void startsAnotherLookUpWhereOneHangsForEver() throws InterruptedException {
    hold = true;
    Future<List<InetAddress>> hanging = resolver.resolve(NAME, loops.next());
    held();
    hold = false;
    pass(Duration.ofSeconds(61));

    assertThat(resolved(NAME)).isEqualTo(FIRST);
    assertThat(hanging.isDone()).isFalse();
  }

  @Test
  void aLookUpThatBreaksIsNotTheEndOfItsName() {
    before =
        () -> {
          throw new StackOverflowError("as it may be");
        };
    assertThat(failure(NAME))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("as it may be");
    before = () -> {};

    assertThat(resolved(NAME)).isEqualTo(FIRST);
  }

  @Test
  void putsTheAddressThatWorkedFirstFor10Minutes() {
    resolved(NAME);
    resolver.worked(NAME, address(2));
    assertThat(resolved(NAME)).containsExactly(address(2), address(1));

    pass(OLD);
    assertThat(resolved(NAME)).as("also of a new answer").containsExactly(address(2), address(1));
    pass(Duration.ofMinutes(9));
    assertThat(resolved(NAME)).isEqualTo(FIRST);

    resolver.worked(NAME, address(9));
    assertThat(resolved(NAME)).as("not one that is not its own").isEqualTo(FIRST);
  }

  @Test
  void knowsNoBetterAddressOfAForgottenName() {
    resolved(NAME);
    resolver.worked(NAME, address(2));
    resolver.forgetAll();

    assertThat(resolved(NAME)).isEqualTo(FIRST);
  }

  @Test
  void keepsSoManyNamesAndThoseUsedLast() {
    resolved(NAME);
    for (int i = 0; i < ResolverCache.MAX_NAMES; i++) {
      resolved(Address.of("n" + i + ".example"));
      resolved(NAME);
    }
    assertThat(asked).hasValue(1 + ResolverCache.MAX_NAMES);

    resolved(Address.of("n0.example"));
    assertThat(asked).as("the one used least lately is gone").hasValue(2 + ResolverCache.MAX_NAMES);
  }

  @Test
  void keepsNoAnswerWithoutMeasure() {
    List<InetAddress> many = new ArrayList<>();
    for (int i = 0; i <= ResolverCache.MAX_ADDRESSES; i++) {
      many.add(address(i));
    }
    answer = List.copyOf(many);

    assertThat(resolved(NAME)).isEqualTo(many);
    assertThat(resolved(NAME)).isEqualTo(many);
    assertThat(asked).hasValue(2);
  }

  @Test
  void letsNoMoreWaitThanItMay() throws InterruptedException {
    hold = true;
    List<Future<List<InetAddress>>> waiting = new ArrayList<>();
    for (int i = 0; i < SystemResolver.MAX_ASKING; i++) {
      waiting.add(resolver.resolve(NAME, loops.next()));
    }
    assertThat(failure(NAME)).isInstanceOf(UnknownHostException.class);
    hold = false;
    held().release();

    for (Future<List<InetAddress>> one : waiting) {
      assertThat(told(one)).isEqualTo(FIRST);
    }
    assertThat(resolved(Address.of("b.example"))).isEqualTo(FIRST);
  }

  @Test
  void usesWhatItKnewWhereItCanStartNoLookUp() {
    resolved(NAME);
    pass(OLD);
    resolver.close();

    assertThat(resolved(NAME)).isEqualTo(FIRST);
    assertThat(failure(Address.of("b.example"))).isInstanceOf(UnknownHostException.class);
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    asked.incrementAndGet();
    before.run();
    if (hold) {
      Semaphore mine = new Semaphore(0);
      held.add(mine);
      try {
        mine.acquire();
      } catch (InterruptedException e) {
        throw new UnknownHostException("the resolver is closed");
      }
    }
    if (answer.isEmpty()) {
      throw new UnknownHostException(host + ": Temporary failure in name resolution");
    }
    return answer.toArray(InetAddress[]::new);
  }

  private List<InetAddress> resolved(Address name) {
    return told(resolver.resolve(name, loops.next()));
  }

  private Throwable failure(Address name) {
    Future<List<InetAddress>> lookUp = resolver.resolve(name, loops.next());
    assertThat(lookUp.awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(lookUp.cause()).isNotNull();
    return lookUp.cause();
  }

  private static List<InetAddress> told(Future<List<InetAddress>> lookUp) {
    assertThat(lookUp.awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(lookUp.isSuccess()).as("%s", lookUp.cause()).isTrue();
    return lookUp.getNow();
  }

  private Semaphore held() throws InterruptedException {
    Semaphore running = held.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(running).as("a look-up that runs").isNotNull();
    return running;
  }

  /** Until the look-up that was held has told what it found. */
  private void await(List<InetAddress> expected) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!resolved(NAME).equals(expected) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(resolved(NAME)).isEqualTo(expected);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
