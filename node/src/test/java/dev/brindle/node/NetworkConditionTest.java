// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.linux.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NetworkConditionTest {

  private static final NetworkCondition.Pace FAST =
      new NetworkCondition.Pace(Duration.ofMillis(1), Duration.ofDays(1), Duration.ofMillis(1));

  private final Cluster cluster = new Cluster();

  @Test
  void upOnceTheNodeIsReadyAndDownAtTheEnd() {
    var obstacles = new AtomicReference<>(List.of("bgp: no session yet"));
    try (NetworkCondition condition = condition(FAST)) {
      condition.begin(obstacles::get);
      assertThat(cluster.said).isEmpty();
      obstacles.set(List.of());
      Waiting.until(() -> "up: " + cluster.said, () -> cluster.said.size() == 1);
    }
    assertThat(cluster.said).containsExactly("n1 available CalicoIsUp", "n1 away CalicoIsDown");
  }

  @Test
  void aServerThatIsAwayIsAskedAgain() {
    cluster.failures.set(3);
    try (NetworkCondition condition = condition(FAST)) {
      condition.begin(List::of);
      Waiting.until(() -> "up: " + cluster.said, () -> cluster.said.size() == 1);
    }
    assertThat(cluster.failures).hasValueLessThanOrEqualTo(0);
  }

  /// As in Calico: a peer that is away for ever keeps no pods from the node.
  @Test
  void readinessIsNotWaitedForForEver() {
    try (NetworkCondition condition =
        condition(new NetworkCondition.Pace(FAST.look(), Duration.ZERO, FAST.retry()))) {
      condition.begin(() -> List.of("bgp: no session yet"));
      Waiting.until(() -> "up: " + cluster.said, () -> cluster.said.size() == 1);
    }
  }

  @Test
  void aNodeThatNeverStartedTakesNothingBack() {
    condition(FAST).close();
    assertThat(cluster.said).isEmpty();
  }

  private NetworkCondition condition(NetworkCondition.Pace pace) {
    return new NetworkCondition(cluster, "n1", InstantSource.system(), pace);
  }

  private static final class Cluster implements KubernetesNodes {

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    @Override
    public Optional<List<IpAddress>> internalAddresses(String node) {
      return Optional.empty();
    }

    @Override
    public boolean say(String node, Network network, Instant now) {
      if (failures.getAndDecrement() > 0) {
        throw new DatastoreException("away");
      }
      said.add(
          "%s %s %s"
              .formatted(node, network.isAvailable() ? "available" : "away", network.reason()));
      return true;
    }
  }
}
