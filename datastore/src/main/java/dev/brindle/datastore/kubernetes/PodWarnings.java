// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Events of Kubernetes' first kind (`v1`), which every cluster has and kubectl shows.
final class PodWarnings implements PodEvents {

  private static final String COMPONENT = "brindle-node";

  /// What the API server takes: characters of a message.
  private static final int LONGEST_MESSAGE = 1024;

  /// So that a time fits behind it in a name.
  private static final int LONGEST_NAME = 200;

  private static final long NANOS = 1_000_000_000L;

  private final KubernetesCalls calls;

  PodWarnings(KubernetesCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean warn(Pod pod, Warning warning, Instant now) {
    ObjectName name = new ObjectName(pod.namespace(), pod.name());
    Optional<String> uid =
        calls
            .get(new Call("get", ApiResource.PODS, "read pod " + name, ApiResource.PODS.path(name)))
            .map(found -> found.path("metadata").path("uid").asText())
            .filter(found -> pod.uid().isEmpty() || pod.uid().equals(found));
    if (uid.isEmpty()) {
      return false;
    }
    Call call =
        new Call(
            "create",
            ApiResource.EVENTS,
            "make an Event of pod " + name,
            ApiResource.EVENTS.path(pod.namespace()));
    return calls.post(call, event(pod, uid.get(), warning, now)).isSuccess();
  }

  private static ObjectNode event(Pod pod, String uid, Warning warning, Instant now) {
    String then = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String time = Long.toHexString(now.getEpochSecond() * NANOS + now.getNano());
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("name", begin(pod.name()) + "." + time)
        .put("namespace", pod.namespace());
    event
        .putObject("involvedObject")
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("namespace", pod.namespace())
        .put("name", pod.name())
        .put("uid", uid);
    event
        .put("type", "Warning")
        .put("reason", warning.reason())
        .put("message", cut(warning.message(), LONGEST_MESSAGE))
        .put("count", 1)
        .put("firstTimestamp", then)
        .put("lastTimestamp", then)
        .put("reportingComponent", COMPONENT)
        .put("reportingInstance", warning.node());
    event.putObject("source").put("component", COMPONENT).put("host", warning.node());
    return event;
  }

  /// A part of a name that has a dot behind it ends with a letter or digit.
  private static String begin(String name) {
    return cut(name, LONGEST_NAME).replaceAll("[^a-z0-9]+$", "");
  }

  private static String cut(String text, int most) {
    return text.substring(0, Math.min(text.length(), most));
  }
}
