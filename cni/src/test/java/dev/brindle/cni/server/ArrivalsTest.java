// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private final Arrivals arrivals = new Arrivals();

  @Test
  void aWatchSeesWhoIsArrivingAndWhoComesLater() {
    arrivals.begin("gone").close();
    try (Arrivals.Arrival _ = arrivals.begin("early");
        Arrivals.Watch watch = arrivals.watch()) {
      arrivals.begin("quick").close();
      assertThat(watch.hasSeen("gone")).isFalse();
      assertThat(watch.hasSeen("early")).isTrue();
      assertThat(watch.hasSeen("quick")).isTrue();
    }
  }

  @Test
  void whoArrivesTwiceAtOnceIsThereUntilBothHaveEnded() {
    Arrivals.Arrival second = arrivals.begin("twice");
    try (Arrivals.Arrival _ = arrivals.begin("twice")) {
      second.close();
      try (Arrivals.Watch watch = arrivals.watch()) {
        assertThat(watch.hasSeen("twice")).isTrue();
      }
    }
    try (Arrivals.Watch watch = arrivals.watch()) {
      assertThat(watch.hasSeen("twice")).isFalse();
    }
  }

  @Test
  void aWatchThatIsClosedSeesNoMore() {
    Arrivals.Watch watch = arrivals.watch();
    watch.close();
    arrivals.begin("late").close();
    assertThat(watch.hasSeen("late")).isFalse();
  }
}
