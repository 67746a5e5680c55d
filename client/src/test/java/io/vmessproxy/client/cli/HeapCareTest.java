package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeapCareTest {
  /** So that no collection of the tests' own JVM takes the canary. */
  Object alive = "";

  private final AtomicInteger collections = new AtomicInteger();
  private final AtomicBoolean much = new AtomicBoolean();
  private final HeapCare care = new HeapCare(collections::incrementAndGet, much::get);

  @Test
  void doesNothingForAProgramThatDoesNothing() {
    alive = care.canary().get();
    care.look();

    assertThat(collections).hasValue(0);
  }

  @Test
  void collectsOnceAfterTheYoungGenerationWasCollected() {
    care.canary().clear();
    care.look();
    alive = care.canary().get();
    care.look();

    assertThat(collections).hasValue(1);
  }

  @Test
  void leavesALargeHeapToTheJvmUntilItIsSmallAgain() {
    much.set(true);
    lookAfterACollection(3);
    assertThat(collections).hasValue(1);

    much.set(false);
    lookAfterACollection(3);
    assertThat(collections).hasValue(3);
  }

  @Test
  void seesTheJvmsOwnCollections() {
    System.gc();
    care.look();

    assertThat(collections).hasValue(1);
  }

  private void lookAfterACollection(int times) {
    for (int i = 0; i < times; i++) {
      care.canary().clear();
      care.look();
    }
  }
}
