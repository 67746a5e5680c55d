package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClockWindowTest {
  @Test
  void narrowsEveryClockWithinTheWindowDownToHalfAMinute() {
    for (int around : List.of(-28_800, -360, -120, 0, 120, 360, 3600)) {
      ClockWindow window = ClockWindow.around(around);
      for (int clock = around - 120; clock <= around + 120; clock++) {
        ClockWindow narrowed = window.narrowed(taken(window, clock));

        assertThat(narrowed.contains(clock)).as("%d in %s", clock, narrowed).isTrue();
        assertThat(Math.abs(narrowed.middle() - clock)).isLessThanOrEqualTo(24);
      }
    }
  }

  private static List<Integer> taken(ClockWindow window, int clock) {
    return window.narrowing().stream().filter(probe -> Math.abs(probe - clock) <= 120).toList();
  }

  @Test
  void twoHeadersThatAreTakenLeaveWhatBothAllow() {
    assertThat(ClockWindow.around(120).and(ClockWindow.around(0)))
        .isEqualTo(new ClockWindow(0, 120));
  }

  @Test
  void headersThatContradictEachOtherLeaveTheFirst() {
    assertThat(ClockWindow.around(120).and(ClockWindow.around(3600)))
        .isEqualTo(ClockWindow.around(120));
  }
}
