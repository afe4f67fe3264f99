// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.datastore.KubernetesServices.Remark;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;

/// What is said of a Service: the addresses in its status, and events.
public final class ServiceStatusObjects {

  private static final String COMPONENT = "brindle-controllers";

  private ServiceStatusObjects() {}

  static Ingress ingress(JsonNode way) {
    return new Ingress(Json.text(way, "ip"), Json.text(way, "hostname"));
  }

  /// What to merge into the status, if the object still has the revision that it has here. What
  /// others have noted of a way in that stays (`ipMode`, `ports`) stays with it.
  ///
  /// @param before as it is stored
  public static ObjectNode patch(ObjectNode before, Collection<Ingress> wanted) {
    ArrayNode ways = Json.object().arrayNode();
    JsonNode present = before.path("status").path("loadBalancer").path("ingress");
    for (Ingress each : wanted) {
      Optional<JsonNode> there =
          present.valueStream().filter(way -> ingress(way).equals(each)).findFirst();
      ways.add(there.<JsonNode>map(JsonNode::deepCopy).orElseGet(() -> way(each)));
    }
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .put("resourceVersion", Json.text(before.path("metadata"), "resourceVersion"));
    ObjectNode balancer = patch.putObject("status").putObject("loadBalancer");
    if (ways.isEmpty()) {
      balancer.putNull("ingress");
    } else {
      balancer.set("ingress", ways);
    }
    return patch;
  }

  private static JsonNode way(Ingress ingress) {
    ObjectNode way = Json.object();
    Json.put(way, "ip", ingress.ip());
    Json.put(way, "hostname", ingress.hostname());
    return way;
  }

  /// An event of a service.
  ///
  /// @param name of the event, which nobody else's may have
  public static ObjectNode event(
      KubernetesService service, Remark remark, String name, Instant now) {
    Metadata of = service.metadata();
    String then = now.truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = Json.object();
    event.put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name).put("namespace", of.namespace());
    event
        .putObject("involvedObject")
        .put("apiVersion", "v1")
        .put("kind", "Service")
        .put("namespace", of.namespace())
        .put("name", of.name())
        .put("uid", of.uid())
        .put("resourceVersion", of.resourceVersion());
    event.put("type", "Warning").put("reason", remark.reason()).put("message", remark.message());
    event.put("firstTimestamp", then).put("lastTimestamp", then).put("count", 1);
    event.putObject("source").put("component", COMPONENT);
    event.put("reportingComponent", COMPONENT);
    return event;
  }
}
