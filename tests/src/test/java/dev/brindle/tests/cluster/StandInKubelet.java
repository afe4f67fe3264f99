// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Stands for kubelet and containerd where they are not at hand: registers the node, says that it
/// is ready once there is a network configuration, and runs what is scheduled to it, each pod in a
/// network namespace that the real plugins connect. Pods all run the echo program.
final class StandInKubelet implements Kubelet {

  private static final long HEARTBEAT_MILLIS = 2_000;
  private static final long AGAIN_MILLIS = 500;

  private static final String KILL_PLUGINS =
      "for at in /proc/[0-9]*; do case $(readlink $at/exe) in /opt/cni/bin/*) kill -9 ${at#/proc/} ;; esac; done; true";

  private final Machine machine;
  private final Api api;
  private final String address;
  private final Path echo;
  private final Path log;
  private final PluginChain plugins;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, StandInPod> pods = new ConcurrentHashMap<>();
  private final Thread heart;
  private final Thread watch;

  private StandInKubelet(Machine machine, Api api, String address, Path echo, Path log) {
    this.machine = machine;
    this.api = api;
    this.address = address;
    this.echo = echo;
    this.log = log;
    this.plugins = new PluginChain(machine);
    this.heart = Thread.ofPlatform().daemon().unstarted(this::beat);
    this.watch = Thread.ofPlatform().daemon().unstarted(this::watch);
  }

  /// @param api as the node's own user
  /// @param address of the node
  /// @param echo the program that pods run
  static StandInKubelet start(Machine machine, Api api, String address, Path echo, Path log) {
    var kubelet = new StandInKubelet(machine, api, address, echo, log);
    kubelet.heart.start();
    kubelet.watch.start();
    return kubelet;
  }

  String node() {
    return machine.name();
  }

  String address() {
    return address;
  }

  Machine machine() {
    return machine;
  }

  PluginChain plugins() {
    return plugins;
  }

  Api api() {
    return api;
  }

  Path echo() {
    return echo;
  }

  void forget(String uid) {
    pods.remove(uid);
  }

  synchronized void say(String line) {
    try {
      Files.writeString(
          log,
          Instant.now() + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Part of what is done again and again.
  private interface Part {
    void run() throws IOException;
  }

  private void untilClosed(String name, Part part, long pauseMillis) {
    try {
      do {
        try {
          part.run();
        } catch (IOException | Api.RefusedException e) {
          say(name + ": " + e);
        }
      } while (!closed.await(pauseMillis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the node

  private void beat() {
    untilClosed("node", this::report, HEARTBEAT_MILLIS);
  }

  private void report() throws IOException {
    JsonNode status =
        json(
            """
            {"capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
             "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
             "addresses": [{"type": "InternalIP", "address": "%1$s"}, {"type": "Hostname", "address": "%2$s"}],
             "nodeInfo": {"architecture": "amd64", "bootID": "", "containerRuntimeVersion": "stand-in://1",
              "kernelVersion": "", "kubeProxyVersion": "", "kubeletVersion": "v0.0.0-stand-in", "machineID": "",
              "operatingSystem": "linux", "osImage": "", "systemUUID": ""},
             "conditions": [%3$s,
              {"type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory", "lastHeartbeatTime": "%4$s"}]}
            """
                .formatted(address, node(), ready(), now()));
    String path = "/api/v1/nodes/" + node();
    if (api.find(path).isEmpty()) {
      JsonNode node =
          json(
              """
              {"apiVersion": "v1", "kind": "Node",
               "metadata": {"name": "%1$s", "labels": {"kubernetes.io/hostname": "%1$s", "kubernetes.io/os": "linux"}},
               "status": %2$s}
              """
                  .formatted(node(), status));
      api.post("/api/v1/nodes", node);
    } else {
      api.patch(path + "/status", Api.JSON.createObjectNode().set("status", status));
    }
  }

  private String ready() {
    boolean isReady = plugins.isThere();
    return """
    {"type": "Ready", "status": "%s", "reason": "%s", "message": "%s", "lastHeartbeatTime": "%s"}
    """
        .formatted(
            isReady ? "True" : "False",
            isReady ? "KubeletReady" : "KubeletNotReady",
            isReady
                ? "kubelet is posting ready status"
                : "container runtime network not ready: NetworkReady=false"
                    + " reason:NetworkPluginNotReady message:Network plugin returns error:"
                    + " cni plugin not initialized",
            now());
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static JsonNode json(String text) {
    try {
      return Api.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  // ---- its pods

  private void watch() {
    untilClosed("pods", this::followPods, AGAIN_MILLIS);
  }

  private void followPods() throws IOException {
    String path = "/api/v1/pods?fieldSelector=spec.nodeName%3D" + node();
    JsonNode list = api.get(path);
    Map<String, JsonNode> there = new ConcurrentHashMap<>();
    list.path("items").forEach(pod -> there.put(uid(pod), pod));
    there.values().forEach(this::tell);
    pods.values().stream()
        .filter(pod -> !there.containsKey(pod.uid()))
        .forEach(StandInPod::tellGone);
    String from = list.path("metadata").path("resourceVersion").asText();
    api.watch(path + "&watch=true&timeoutSeconds=300&resourceVersion=" + from, this::hear);
  }

  private void hear(JsonNode event) {
    JsonNode pod = event.path("object");
    switch (event.path("type").asText()) {
      case "ADDED", "MODIFIED" -> tell(pod);
      case "DELETED" -> Optional.ofNullable(pods.get(uid(pod))).ifPresent(StandInPod::tellGone);
      default -> say("pods: " + event);
    }
  }

  private void tell(JsonNode pod) {
    pods.computeIfAbsent(uid(pod), _ -> StandInPod.start(this, pod)).tell(pod);
  }

  private static String uid(JsonNode pod) {
    return pod.path("metadata").path("uid").asText();
  }

  /// Only to the plugins that are called just now.
  @Override
  public void crashRuntime() {
    machine.run(List.of("sh", "-c", KILL_PLUGINS), Map.of(), "").ok();
  }

  @Override
  public void killSandboxes(String beginning) {
    pods.values().stream()
        .filter(pod -> pod.name().startsWith(beginning))
        .forEach(StandInPod::tellDead);
  }

  @Override
  public boolean isAlive() {
    return heart.isAlive() && watch.isAlive();
  }

  @Override
  public String lastWords() {
    return Logs.end(log);
  }

  @Override
  public void close() {
    closed.countDown();
    heart.interrupt(); // what they ask just now may take long to answer
    watch.interrupt();
    pods.values().forEach(StandInPod::stop);
  }
}
