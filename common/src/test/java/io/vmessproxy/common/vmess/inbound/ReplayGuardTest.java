package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplayGuardTest {
  private static final long NOW = 1_700_000_000;

  private final ReplayGuard guard = new ReplayGuard(120);

  @Test
  void refusesTheSecondTime() {
    assertThat(guard.firstTime(token(1), NOW)).isTrue();
    assertThat(guard.firstTime(token(1), NOW)).isFalse();
    assertThat(guard.firstTime(token(2), NOW)).isTrue();
  }

  @Test
  void remembersForAWholeWindowWhereverItBegan() {
    assertThat(guard.firstTime(token(0), NOW)).isTrue();
    assertThat(guard.firstTime(token(1), NOW + 119)).isTrue();
    assertThat(guard.firstTime(token(2), NOW + 120)).isTrue();

    assertThat(guard.firstTime(token(1), NOW + 239)).isFalse();
  }

  @Test
  void forgetsAfterTwoWindows() {
    assertThat(guard.firstTime(token(1), NOW)).isTrue();

    assertThat(guard.firstTime(token(1), NOW + 240)).isTrue();
  }

  @Test
  void doesNotForgetWhenTheClockIsSetBack() {
    assertThat(guard.firstTime(token(1), NOW)).isTrue();

    assertThat(guard.firstTime(token(1), NOW - 100_000)).isFalse();
  }

  private static byte[] token(int value) {
    return new byte[] {(byte) value};
  }
}
