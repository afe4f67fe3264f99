// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.StatusReports.Life;
import dev.brindle.datastore.StatusReports.Reporter;
import dev.brindle.datastore.StatusReports.State;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// Where nodes say how they are, and in which words.
///
/// ```
/// /calico/felix/v2/<region>/host/<node>/status                  for as long as it is valid
/// /calico/felix/v2/<region>/host/<node>/last_reported_status
/// /calico/felix/v2/<region>/host/<node>/workload/<orchestrator>/<workload>/endpoint/<endpoint>
/// /calico/felix/v1/host/<node>/endpoint/<name>                  of a host endpoint
/// ```
public final class StatusKeys {

  private static final double NANOS = 1e9;

  private StatusKeys() {}

  public static String valid(Reporter who) {
    return host(who) + "/status";
  }

  public static String last(Reporter who) {
    return host(who) + "/last_reported_status";
  }

  /// Under which all endpoints of a node are.
  public static List<String> endpoints(Reporter who) {
    return List.of(host(who) + "/workload/", hostEndpoints(who));
  }

  /// @throws IllegalArgumentException if it is no endpoint
  public static String endpoint(Reporter who, Resource endpoint) {
    return switch (endpoint) {
      case WorkloadEndpoint pod ->
          "%s/workload/%s/%s/endpoint/%s"
              .formatted(
                  host(who),
                  escaped(pod.spec().orchestrator()),
                  escaped(workload(pod)),
                  escaped(pod.spec().endpoint()));
      case HostEndpoint interfaces -> hostEndpoints(who) + escaped(interfaces.metadata().name());
      default -> throw new IllegalArgumentException(endpoint.key() + " is no endpoint");
    };
  }

  private static String workload(WorkloadEndpoint endpoint) {
    return endpoint.spec().pod().isEmpty()
        ? endpoint.spec().workload()
        : endpoint.metadata().namespace() + "/" + endpoint.spec().pod();
  }

  private static String host(Reporter who) {
    String region = who.region().isEmpty() ? "no-region" : "region-" + who.region();
    return "/calico/felix/v2/%s/host/%s".formatted(region, who.node());
  }

  private static String hostEndpoints(Reporter who) {
    return "/calico/felix/v1/host/%s/endpoint/".formatted(who.node());
  }

  private static String escaped(String name) {
    return name.replace("%", "%25").replace("/", "%2f");
  }

  public static String json(Life life) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", life.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("uptime", life.uptime().toNanos() / NANOS);
    json.put("first_update", life.isFirst());
    return json.toString();
  }

  public static String json(State state) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("status", state.name().toLowerCase(Locale.ROOT))
        .toString();
  }
}
