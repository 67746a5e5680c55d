package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FoldedLogTest {
  private final EmbeddedChannel clock = new EmbeddedChannel();
  private final List<String> lines = new ArrayList<>();
  private final FoldedLog log = new FoldedLog(lines::add);

  @BeforeEach
  void stopTheClock() {
    clock.freezeTime();
  }

  @AfterEach
  void end() {
    clock.finish();
  }

  @Test
  void writesALineOnceAndSumsItUpAfterAMinute() {
    for (int i = 0; i < 215; i++) {
      write("server a:1, connect: refused");
    }
    assertThat(lines).containsExactly("server a:1, connect: refused");

    pass(59);
    assertThat(lines).hasSize(1);
    pass(1);

    assertThat(lines)
        .containsExactly(
            "server a:1, connect: refused", "server a:1, connect: refused x 214 in 60 s");
  }

  @Test
  void goesOnWithALineAMinuteWhileItComes() {
    write("refused");
    for (int minute = 0; minute < 3; minute++) {
      pass(30);
      write("refused");
      pass(30);
    }

    assertThat(lines)
        .containsExactly(
            "refused", "refused x 1 in 60 s", "refused x 1 in 60 s", "refused x 1 in 60 s");
  }

  @Test
  void aLineThatStayedAwayForAMinuteIsNews() {
    write("refused");
    pass(60);
    write("refused");

    assertThat(lines).containsExactly("refused", "refused");
  }

  @Test
  void writesDifferentLinesAtOnce() {
    write("refused");
    write("no route");
    write("refused");

    assertThat(lines).containsExactly("refused", "no route");
  }

  @Test
  void countsWhatIsTooManyOfDifferentLines() {
    for (int i = 0; i < 100; i++) {
      write("line " + i);
    }
    assertThat(lines).hasSize(64);

    pass(60);
    assertThat(lines).hasSize(65).endsWith("other failures x 36 in 60 s");

    write("line 99");
    assertThat(lines).hasSize(66).endsWith("line 99");
  }

  private void write(String line) {
    log.write(line, clock.eventLoop());
  }

  private void pass(int seconds) {
    clock.advanceTimeBy(seconds, TimeUnit.SECONDS);
    clock.runScheduledPendingTasks();
  }
}
