// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A cluster with Brindle in it, whose nodes are ready: what stories begin with.
record Stage(Cluster cluster, Workloads workloads, Traffic traffic) implements AutoCloseable {

  /// Skips the test where something is missing.
  ///
  /// @param directory in which one of its own is made
  static Stage set(Path directory, int nodes, Kubelets kubelets)
      throws IOException, InterruptedException {
    Cluster cluster =
        Cluster.start(Files.createTempDirectory(directory, "cluster"), nodes, kubelets);
    try {
      Workloads workloads = new Workloads(cluster);
      Stage stage = new Stage(cluster, workloads, new Traffic(cluster, workloads));
      stage.light(nodes);
      return stage;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void light(int nodes) {
    cluster.startKubelets();
    Eventually.until(
        () -> "nodes say what they lack: " + nodes() + cluster.lastWords(),
        () -> cluster.kubeletsRun() && ready("False", "cni plugin not initialized") == nodes);
    cluster.startNetwork();
    awaitNodes(nodes);
  }

  /// Until Kubernetes and the daemons say that all is well.
  void awaitNodes(int count) {
    Eventually.until(
        () -> "nodes are ready: " + nodes() + cluster.lastWords(),
        () -> ready("True", "") == count);
    cluster.nodes().forEach(cluster::awaitReady);
  }

  private List<String> nodes() {
    return cluster.list("/api/v1/nodes").stream()
        .map(node -> node.at("/metadata/name").asText() + " " + node.at("/status/conditions"))
        .toList();
  }

  private long ready(String status, String message) {
    return cluster.list("/api/v1/nodes").stream()
        .filter(
            node -> {
              for (JsonNode condition : node.at("/status/conditions")) {
                if (condition.path("type").asText().equals("Ready")) {
                  return condition.path("status").asText().equals(status)
                      && condition.path("message").asText().contains(message);
                }
              }
              return false;
            })
        .count();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
