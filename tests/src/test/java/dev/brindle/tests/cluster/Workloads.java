// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// What runs in a cluster, and what IPAM and events say of it.
record Workloads(Cluster cluster) {

  /// Each pod answers here.
  static final int PORT = 8080;

  private static final String CALICO = "/apis/crd.projectcalico.org/v1/";

  /// @param annotation of the pods, as YAML; may be empty
  void deploy(String namespace, String name, int replicas, String annotation) {
    cluster.kubectl(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %2$s, namespace: %1$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata:
              labels: {app: %2$s}
              annotations: {%4$s}
            spec:
              terminationGracePeriodSeconds: 5
              topologySpreadConstraints:
              - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: %2$s}}}
              containers:
              - {name: echo, image: "brindle.test/echo:1", imagePullPolicy: Never, args: ["%5$d"], ports: [{containerPort: %5$d}]}
        """
            .formatted(namespace, name, replicas, annotation, PORT),
        "apply",
        "-f",
        "-");
  }

  List<JsonNode> pods(String namespace, String selector) {
    return cluster.list(
        "/api/v1/namespaces/%s/pods?labelSelector=%s"
            .formatted(namespace, selector.replace("=", "%3D")));
  }

  /// Waits until there are that many pods, each running and ready.
  List<JsonNode> awaitPods(String namespace, String selector, int count) {
    List<JsonNode> found = new ArrayList<>();
    Eventually.until(
        () ->
            "%d pods %s run in %s: %s%n%s%s"
                .formatted(
                    count, selector, namespace, found, events(namespace), cluster.lastWords()),
        () -> {
          found.clear();
          found.addAll(pods(namespace, selector));
          return found.size() == count && found.stream().allMatch(Workloads::isReady);
        });
    return found;
  }

  private static boolean isReady(JsonNode pod) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  void awaitScheduled(String namespace, String selector, int count) {
    Eventually.until(
        () -> "%d pods %s of %s are given to nodes".formatted(count, selector, namespace),
        () ->
            pods(namespace, selector).stream()
                    .filter(pod -> pod.path("spec").has("nodeName"))
                    .count()
                == count);
  }

  /// Each once.
  static List<String> addresses(List<JsonNode> pods) {
    return pods.stream().map(pod -> pod.at("/status/podIP").asText()).distinct().toList();
  }

  /// Addresses that IPAM has booked for pods of a namespace.
  List<String> allocated(String namespace) {
    List<String> found = new ArrayList<>();
    for (JsonNode block : cluster.list(CALICO + "ipamblocks")) {
      for (JsonNode attributes : block.at("/spec/attributes")) {
        if (attributes.at("/secondary/namespace").asText().equals(namespace)) {
          found.add(attributes.path("handle_id").asText());
        }
      }
    }
    return found;
  }

  List<String> claims(String node) {
    return cluster.list(CALICO + "blockaffinities").stream()
        .filter(claim -> claim.at("/spec/node").asText().equals(node))
        .map(claim -> claim.at("/spec/cidr").asText())
        .toList();
  }

  List<String> events(String namespace) {
    return cluster.list("/api/v1/namespaces/%s/events".formatted(namespace)).stream()
        .filter(event -> event.path("type").asText().equals("Warning"))
        .map(event -> event.path("reason").asText() + ": " + event.path("message").asText())
        .toList();
  }

  /// Warnings only.
  List<String> eventsOf(String namespace, String pod) {
    String path =
        "/api/v1/namespaces/%s/events?fieldSelector=involvedObject.name%%3D%s"
            .formatted(namespace, pod);
    return cluster.list(path).stream()
        .filter(event -> event.path("type").asText().equals("Warning"))
        .map(event -> event.path("reason").asText() + ": " + event.path("message").asText())
        .toList();
  }

  String awaitEvent(String namespace, String reason) {
    Eventually.until(
        () ->
            "event %s in %s, there are %s%s"
                .formatted(reason, namespace, events(namespace), cluster.lastWords()),
        () -> events(namespace).stream().anyMatch(event -> event.startsWith(reason)));
    return events(namespace).stream()
        .filter(event -> event.startsWith(reason))
        .findFirst()
        .orElseThrow();
  }
}
