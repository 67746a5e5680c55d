package io.vmessproxy.client.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.check.ServerCheck;
import io.vmessproxy.client.check.Verdict;
import io.vmessproxy.client.outbound.WarmUp;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.common.vmess.Security;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code check} tells of each fault, with the timeouts that it has: the class and the stage
 * that an application is told, evidence and an action, within three seconds.
 */
class FaultCheckTest {
  /** As {@code check} has it. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(2500);

  private static AllFaults<Report> running;

  @BeforeAll
  static void startAll() throws Exception {
    WarmUp.run(Security.AES_128_GCM, new SecureRandom());
    for (Fault first : AllFaults.first()) {
      AllFaults.answer(first, FaultCheckTest::prepare);
    }
    running = AllFaults.start(fault -> true, FaultCheckTest::prepare);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  static List<Fault> faults() {
    return running.faults();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void isToldWithItsClassAndAnAction(Fault fault) throws Exception {
    AllFaults.Timed<Report> told = running.of(fault);

    Verdict verdict = told.told().verdict();
    assertThat(verdict.failure()).as("%s: %s", fault, verdict).isEqualTo(fault.check().failure());
    assertThat(verdict.stage()).as("%s: %s", fault, verdict).isEqualTo(fault.check().stage());
    assertThat(verdict.evidence()).isNotBlank();
    assertThat(verdict.action()).isNotBlank();
    assertThat(verdict.toString()).doesNotContain(FaultBench.USER.reveal());
    assertThat(told.took()).isLessThan(AllFaults.LIMIT);
  }

  @Test
  void fewDifferFromWhatAnApplicationIsToldAndSayWhy() {
    assertThat(Fault.all())
        .filteredOn(fault -> !fault.run().equals(fault.check()))
        .hasSizeLessThanOrEqualTo(4)
        .allMatch(fault -> !fault.why().isEmpty());
  }

  private static AllFaults.Asking<Report> prepare(FaultBench bench, Fault.Broken broken) {
    CheckSettings settings =
        new CheckSettings(
            URI.create("http://" + broken.target() + "/generate_204"),
            FaultBench.CONNECT_TIMEOUT,
            FaultBench.HANDSHAKE_TIMEOUT,
            ANSWER_TIMEOUT,
            ClockOffset.NONE,
            true);
    ServerCheck check =
        new ServerCheck(
            bench.dialer(broken),
            server -> bench.network(broken),
            Clock.systemUTC(),
            bench.random(),
            settings);
    Endpoint endpoint = new Endpoint(broken.server(), broken.server().users().get(0));
    return () -> check.check(endpoint, bench.loops().next()).syncUninterruptibly().getNow();
  }
}
