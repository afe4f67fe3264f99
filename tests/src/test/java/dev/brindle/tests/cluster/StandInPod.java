// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.tests.cluster.Machine.Running;
import dev.brindle.tests.cluster.PluginChain.Sandbox;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// One pod of a node that has a stand-in for kubelet, on a thread of its own: tries until it has
/// what is wanted, and says in events what fails, in kubelet's words.
final class StandInPod {

  /// kubelet takes some ten seconds.
  private static final long RETRY_MILLIS = 3_000;

  private static final long SOON_MILLIS = 500;
  private static final long FOR_EVER = Long.MAX_VALUE;
  private static final int GONE = 404;
  private static final int CONFLICT = 409;

  private final StandInKubelet kubelet;
  private final String uid;
  private final Deque<JsonNode> events = new ArrayDeque<>();

  // told by the watch
  private JsonNode pod;
  private boolean isGone;
  private boolean isStopped;
  private boolean isDead;
  private boolean hasNews;

  // of the pod's own thread
  private Optional<Sandbox> sandbox = Optional.empty();
  private final List<Running> containers = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private String reported = "";

  private StandInPod(StandInKubelet kubelet, JsonNode pod) {
    this.kubelet = kubelet;
    this.pod = pod;
    this.uid = pod.path("metadata").path("uid").asText();
  }

  static StandInPod start(StandInKubelet kubelet, JsonNode pod) {
    StandInPod started = new StandInPod(kubelet, pod);
    Thread.ofVirtual().name("pod " + started.name()).start(started::run);
    return started;
  }

  String uid() {
    return uid;
  }

  synchronized String name() {
    return pod.path("metadata").path("name").asText();
  }

  private synchronized String namespace() {
    return pod.path("metadata").path("namespace").asText();
  }

  private String path() {
    return "/api/v1/namespaces/%s/pods/%s".formatted(namespace(), name());
  }

  synchronized void tell(JsonNode now) {
    pod = now;
    hasNews = true;
    notifyAll();
  }

  /// The API has it no more.
  synchronized void tellGone() {
    isGone = true;
    hasNews = true;
    notifyAll();
  }

  /// The sandbox has died: it is to be ended, and another to be made.
  synchronized void tellDead() {
    isDead = true;
    hasNews = true;
    notifyAll();
  }

  private synchronized boolean isDead() {
    return isDead;
  }

  private synchronized void revive() {
    isDead = false;
  }

  /// Nobody cares any more; what runs goes on.
  synchronized void stop() {
    isStopped = true;
    hasNews = true;
    notifyAll();
  }

  private synchronized boolean isToEnd() {
    return isGone || pod.path("metadata").has("deletionTimestamp");
  }

  private synchronized boolean rest(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!hasNews && (millis == FOR_EVER || System.nanoTime() < end)) {
      TimeUnit.MILLISECONDS.timedWait(this, Math.min(millis, RETRY_MILLIS));
    }
    return !isStopped;
  }

  private void run() {
    try {
      long rest;
      do {
        listen();
        rest = step();
        sendEvents();
        if (rest == FOR_EVER && !events.isEmpty()) {
          rest = SOON_MILLIS;
        }
      } while (rest >= 0 && rest(rest));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      kubelet.say("pod %s: %s".formatted(name(), e));
      throw e;
    }
  }

  private synchronized void listen() {
    hasNews = false;
  }

  /// @return how long to rest; FOR_EVER for until there is news, negative when all is done
  private long step() {
    try {
      boolean isEnding = isToEnd();
      if (isEnding) {
        end();
        kubelet.forget(uid);
        return -1;
      }
      if (!kubelet.plugins().isThere()) {
        return SOON_MILLIS;
      }
      if (isDead()) {
        endSandbox();
        revive();
      }
      if (sandbox.isEmpty()) {
        begin();
      }
      if (sandbox.isEmpty()) {
        return RETRY_MILLIS;
      }
      report(true);
      return FOR_EVER;
    } catch (IOException | Api.RefusedException e) {
      kubelet.say("pod %s: %s".formatted(name(), e));
      return SOON_MILLIS;
    } catch (PluginChain.FailedException e) {
      fail("FailedKillPod", "error killing pod: " + e.getMessage());
      return RETRY_MILLIS;
    }
  }

  // ---- begin and end

  private void begin() {
    String id = (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "");
    Sandbox fresh = new Sandbox(namespace(), name(), uid, id, ports());
    ip("netns", "add", fresh.network());
    ip("-n", fresh.network(), "link", "set", "lo", "up");
    try {
      JsonNode result = kubelet.plugins().add(fresh);
      kubelet.say("pod %s: %s".formatted(name(), result));
      sandbox = Optional.of(fresh);
      addresses.clear();
      result
          .path("ips")
          .forEach(ip -> addresses.add(ip.path("address").asText().replaceAll("/.*", "")));
      startContainers(fresh);
    } catch (PluginChain.FailedException e) {
      remove(fresh);
      fail(
          "FailedCreatePodSandBox",
          ("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network"
                  + " for sandbox \"%s\": %s")
              .formatted(id, e.getMessage()));
    }
  }

  private synchronized JsonNode ports() {
    ArrayNode ports = Api.JSON.createArrayNode();
    for (JsonNode container : pod.path("spec").path("containers")) {
      for (JsonNode port : container.path("ports")) {
        if (port.path("hostPort").asInt() != 0) {
          ports
              .addObject()
              .put("hostPort", port.path("hostPort").asInt())
              .put("containerPort", port.path("containerPort").asInt())
              .put("protocol", port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT));
        }
      }
    }
    return ports;
  }

  private synchronized void startContainers(Sandbox inside) {
    for (JsonNode container : pod.path("spec").path("containers")) {
      List<String> line = new ArrayList<>(List.of(Programs.path("nsenter")));
      line.add("--net=/run/netns/" + inside.network());
      line.add(kubelet.echo().toString());
      container.path("args").forEach(word -> line.add(word.asText()));
      containers.add(
          kubelet.machine().start(line, Map.of(), kubelet.echo().resolveSibling("pods.log")));
    }
  }

  private void end() throws IOException, PluginChain.FailedException {
    if (sandbox.isPresent()) {
      reportUnlessGone();
      endSandbox();
    }
    try {
      kubelet
          .api()
          .delete(
              path(),
              StandInKubelet.json(
                  "{\"gracePeriodSeconds\": 0, \"preconditions\": {\"uid\": \"%s\"}}"
                      .formatted(uid)));
    } catch (Api.RefusedException e) {
      if (e.status() != GONE && e.status() != CONFLICT) {
        throw e;
      }
    }
  }

  private void endSandbox() throws PluginChain.FailedException {
    containers.forEach(Running::end);
    containers.clear();
    if (sandbox.isPresent()) {
      kubelet.plugins().delete(sandbox.get());
      remove(sandbox.get());
      sandbox = Optional.empty();
    }
  }

  private void reportUnlessGone() throws IOException {
    try {
      report(false);
    } catch (Api.RefusedException e) {
      kubelet.say("pod %s: %s".formatted(name(), e));
    }
  }

  private void remove(Sandbox ended) {
    ip("netns", "delete", ended.network());
  }

  private void ip(String... words) {
    List<String> line = new ArrayList<>(List.of(Programs.path("ip")));
    line.addAll(List.of(words));
    kubelet.machine().run(line, Map.of(), "").ok();
  }

  // ---- words

  private void report(boolean isReady) throws IOException {
    String said = isReady + String.join(",", addresses);
    if (reported.equals(said)) {
      return;
    }
    String ready = isReady ? "True" : "False";
    StringBuilder states = new StringBuilder();
    for (JsonNode container : containersOfSpec()) {
      states
          .append(states.isEmpty() ? "" : ",")
          .append(
              """
              {"name": "%s", "image": "%s", "imageID": "", "ready": %s, "started": %s, "restartCount": 0,
               "state": {"running": {"startedAt": "%s"}}}
              """
                  .formatted(
                      container.path("name").asText(),
                      container.path("image").asText(),
                      isReady,
                      isReady,
                      StandInKubelet.now()));
    }
    JsonNode change =
        StandInKubelet.json(
            """
            {"metadata": {"uid": "%s"},
             "status": {"phase": "Running", "hostIP": "%s", "podIP": "%s", "podIPs": [{"$patch": "replace"}, %s], "startTime": "%s",
              "conditions": [{"type": "Initialized", "status": "True"},
               {"type": "PodReadyToStartContainers", "status": "True"},
               {"type": "ContainersReady", "status": "%s"}, {"type": "Ready", "status": "%s"}],
              "containerStatuses": [%s]}}
            """
                .formatted(
                    uid,
                    kubelet.address(),
                    addresses.getFirst(),
                    String.join(
                        ",", addresses.stream().map("{\"ip\": \"%s\"}"::formatted).toList()),
                    StandInKubelet.now(),
                    ready,
                    ready,
                    states));
    kubelet.api().patch(path() + "/status", change);
    reported = said;
  }

  private synchronized JsonNode containersOfSpec() {
    return pod.path("spec").path("containers");
  }

  private void fail(String reason, String message) {
    kubelet.say("pod %s: %s".formatted(name(), message));
    JsonNode event =
        StandInKubelet.json(
            """
            {"apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "%s", "count": 1,
             "metadata": {"namespace": "%s", "name": "%s.%s"},
             "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": "%s", "name": "%s", "uid": "%s"},
             "source": {"component": "kubelet", "host": "%s"}, "reportingComponent": "kubelet",
             "reportingInstance": "%s", "firstTimestamp": "%s", "lastTimestamp": "%s"}
            """
                .formatted(
                    reason,
                    namespace(),
                    name(),
                    Long.toHexString(System.nanoTime()),
                    namespace(),
                    name(),
                    uid,
                    kubelet.node(),
                    kubelet.node(),
                    StandInKubelet.now(),
                    StandInKubelet.now()));
    events.add(((ObjectNode) event).put("message", message));
  }

  /// Those of an outage are sent when it is over, as kubelet does.
  private void sendEvents() {
    try {
      while (!events.isEmpty()) {
        kubelet
            .api()
            .post("/api/v1/namespaces/%s/events".formatted(namespace()), events.getFirst());
        events.removeFirst();
      }
    } catch (Api.RefusedException e) {
      kubelet.say("event of pod %s: %s".formatted(name(), e));
      events.removeFirst();
    } catch (IOException e) {
      kubelet.say("event of pod %s: %s".formatted(name(), e));
    }
  }
}
