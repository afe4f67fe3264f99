// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.PodTable.Pod;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PodTableTest {

  private final PodTable table = new PodTable();
  private final AtomicInteger news = new AtomicInteger();

  private static WorkloadEndpoint endpoint(String pod, String label, String mac) {
    var endpoint =
        (WorkloadEndpoint)
            ResourceCodec.readStored(
                ResourceKind.WORKLOAD_ENDPOINT,
                """
                {"metadata":{"namespace":"shop","name":"x"},
                 "spec":{"orchestrator":"k8s","node":"n","pod":"%s","endpoint":"eth0","mac":"%s"}}"""
                    .formatted(pod, mac));
    Metadata metadata = Metadata.named("shop", "n-k8s-" + pod + "-eth0");
    return endpoint.withMetadata(metadata.withLabels(Map.of("app", label)));
  }

  private void take(WorkloadEndpoint endpoint) {
    table.take(new Change(endpoint.key(), Optional.of(endpoint)));
  }

  @Test
  void knowsOfWhomSomethingElseWasSaid() {
    table.onNews(news::incrementAndGet);
    take(endpoint("a", "1", "ee:ee:ee:ee:ee:ee"));
    take(endpoint("b", "1", "ee:ee:ee:ee:ee:ee"));

    assertThat(table.takeChanged())
        .containsExactlyInAnyOrder(new Pod("shop", "a"), new Pod("shop", "b"));
    assertThat(table.takeChanged()).isEmpty();

    take(endpoint("a", "1", "ee:ee:ee:ee:ee:00")); // nothing that is of use here
    assertThat(table.takeChanged()).isEmpty();
    take(endpoint("b", "2", "ee:ee:ee:ee:ee:ee"));
    assertThat(table.takeChanged()).containsExactly(new Pod("shop", "b"));
    assertThat(news).hasValue(3);
    assertThat(table.facts(Set.of(new Pod("shop", "b"))).values())
        .singleElement()
        .satisfies(facts -> assertThat(facts.labels()).containsEntry("app", "2"));
    assertThat(table.facts()).hasSize(2);
  }
}
