// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/// What everybody expects of each cluster, whatever its manifest.
record CommonStories(Stage stage) {

  private static final String PODS = "10.244.";

  /// Pods of all nodes, in namespace `talk`, which stays.
  ///
  /// @return their addresses
  List<String> everybodyTalksToEverybody() {
    List<String> nodes = cluster().nodes();
    int count = 2 * nodes.size();
    stage.workloads().deploy("talk", "web", count, "");
    List<JsonNode> pods = stage.workloads().awaitPods("talk", "app=web", count);
    List<String> addresses = Workloads.addresses(pods);
    assertThat(addresses).hasSize(count).allMatch(each -> each.startsWith(PODS));
    assertThat(pods).extracting(pod -> pod.at("/spec/nodeName").asText()).containsAll(nodes);
    stage.traffic().assertAllTalk(addresses);
    assertThat(booked()).containsAll(addresses);
    return addresses;
  }

  void nobodyFeelsARollingUpdate() throws IOException {
    try (Talk talk = stage.traffic().begin("rolling")) {
      cluster().network().renew();
      cluster().nodes().forEach(cluster()::awaitReady);
      Traffic.assertUnfelt(talk);
    }
    cluster().kubectl("", "delete", "namespace", "rolling", "--wait=false");
  }

  /// Pods come and go meanwhile.
  void nobodyFeelsThatDaemonsAreKilled() throws IOException {
    int count = cluster().nodes().size();
    List<String> addresses;
    try (Talk talk = stage.traffic().begin("killed")) {
      stage.workloads().deploy("killed", "late", count, "");
      cluster().network().killDaemons();
      addresses = Workloads.addresses(stage.workloads().awaitPods("killed", "app=late", count));
      cluster().nodes().forEach(cluster()::awaitReady);
      Traffic.assertUnfelt(talk);
    }
    end("killed", addresses);
  }

  /// A namespace ends, and what its pods had is free.
  void end(String namespace, List<String> addresses) {
    cluster().kubectl("", "delete", "namespace", namespace, "--timeout=8m");
    assertThat(booked()).doesNotContainAnyElementsOf(addresses);
  }

  /// A reserve may have booked what a pod has given back.
  private List<String> booked() {
    return cluster().network().bookings().stream()
        .filter(booking -> !booking.owner().startsWith("brindleReserve "))
        .map(Booking::address)
        .toList();
  }

  private Cluster cluster() {
    return stage.cluster();
  }
}
