package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MachineWatchTest implements MachineWatch.Listener {
  private static final InetAddress ONE = address(1);
  private static final InetAddress TWO = address(2);

  private final List<String> heard = new ArrayList<>();
  private long nanos = -5;
  private long wallMillis = 1_000_000;
  private Set<InetAddress> addresses = Set.of(ONE);
  private boolean broken;
  private long heldUpMillis; // between two readings
  private boolean failing; // the listener
  private final MachineWatch watch =
      new MachineWatch(
          this,
          () -> {
            long now = nanos;
            nanos += heldUpMillis * 1_000_000;
            wallMillis += heldUpMillis;
            return now;
          },
          () -> wallMillis,
          () -> {
            if (broken) {
              throw new SocketException("no");
            }
            return addresses;
          });

  @AfterEach
  void stop() {
    watch.close();
  }

  @Test
  void saysNothingWhileNothingHappens() {
    watch.begin();
    pass(1000, 1000);
    pass(60_000, 60_000); // A thread that was held up; both clocks went on.
    pass(1000, 5900); // The clock was set.
    pass(1000, -100_000);

    assertThat(heard).isEmpty();
  }

  @Test
  void tellsThatTheMachineSlept() {
    watch.begin();
    pass(1000, 601_000);
    pass(1000, 1000);

    assertThat(heard).containsExactly("slept PT10M");
  }

  @Test
  void tellsOfOtherAddresses() {
    watch.begin();
    addresses = Set.of(ONE, TWO);
    pass(1000, 1000);
    addresses = Set.of(TWO);
    pass(1000, 1000);

    assertThat(heard).containsExactly("gone [] came [/192.0.2.2]", "gone [/192.0.2.1] came []");
  }

  @Test
  void looksAgainWhereItCouldNot() {
    watch.begin();
    broken = true;
    pass(1000, 1000);
    broken = false;
    addresses = Set.of();
    pass(1000, 1000);

    assertThat(heard).containsExactly("gone [/192.0.2.1] came []");
  }

  @Test
  void takesNoPauseBetweenTwoReadingsForSleep() {
    watch.begin();
    heldUpMillis = 10_000;
    pass(1000, 1000);
    heldUpMillis = 0;
    pass(1000, 1000);
    assertThat(heard).isEmpty();

    pass(1000, 61_000);
    assertThat(heard).containsExactly("slept PT1M");
  }

  @Test
  void comparesWithTheFirstAddressesThatItWasTold() {
    broken = true;
    watch.begin();
    pass(1000, 1000);
    broken = false;
    pass(1000, 1000);
    assertThat(heard).isEmpty();

    addresses = Set.of(TWO);
    pass(1000, 1000);
    assertThat(heard).containsExactly("gone [/192.0.2.1] came [/192.0.2.2]");
  }

  @Test
  void goesOnWhateverTheListenerThrows() {
    watch.begin();
    failing = true;
    pass(1000, 61_000);
    failing = false;
    pass(1000, 31_000);

    assertThat(heard).containsExactly("slept PT30S");
  }

  @Test
  void looksAtTheRealMachine() {
    try (MachineWatch real = new MachineWatch(this)) {
      real.begin();
      real.look();
    }

    assertThat(heard).isEmpty();
  }

  private void pass(long ofNanoTimeMillis, long ofWallMillis) {
    nanos += ofNanoTimeMillis * 1_000_000;
    wallMillis += ofWallMillis;
    watch.look();
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void resumed(Duration slept) {
    if (failing) {
      throw new AssertionError("the listener's mistake");
    }
    heard.add("slept " + slept);
  }

  @Override
  public void addressesChanged(Set<InetAddress> gone, Set<InetAddress> came) {
    heard.add("gone " + gone + " came " + came);
  }
}
