// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Stands for kube-proxy, which is not at hand: on each machine one nftables table that leads
/// cluster addresses of services to their ready endpoints, by chance, looked at twice a second. No
/// node ports, no affinity, no load balancers.
final class ServiceProxy implements AutoCloseable {

  private static final long PAUSE_MILLIS = 500;

  private final Api api;
  private final Supplier<Collection<Machine>> machines;
  private final Thread thread = Thread.ofPlatform().daemon().name("services").unstarted(this::run);
  private final Map<Machine, String> there = new HashMap<>();

  private ServiceProxy(Api api, Supplier<Collection<Machine>> machines) {
    this.api = api;
    this.machines = machines;
  }

  /// @param machines there are now
  static ServiceProxy start(Api api, Supplier<Collection<Machine>> machines) {
    ServiceProxy proxy = new ServiceProxy(api, machines);
    proxy.thread.start();
    return proxy;
  }

  private void run() {
    try {
      while (true) {
        try {
          renew();
        } catch (IOException | Api.RefusedException _) {
          // the server is away: what there is stays
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException _) {
      // it has been closed
    }
  }

  private void renew() throws IOException {
    String wanted =
        table(
            api.get("/api/v1/services").path("items"),
            api.get("/apis/discovery.k8s.io/v1/endpointslices").path("items"));
    there.keySet().retainAll(machines.get());
    for (Machine machine : machines.get()) {
      if (!wanted.equals(there.get(machine))) {
        Machine.Ended ended =
            machine.run(List.of(Programs.path("nft"), "-f", "-"), Map.of(), wanted);
        if (machines.get().contains(machine)) { // it still has power
          ended.ok();
          there.put(machine, wanted);
        }
      }
    }
  }

  private static String table(JsonNode services, JsonNode slices) {
    List<String> rules = new ArrayList<>();
    for (JsonNode service : services) {
      for (JsonNode port : service.path("spec").path("ports")) {
        rule(service, port, targets(service, port, slices)).ifPresent(rules::add);
      }
    }
    String all = String.join("\n", rules);
    return """
    table ip services
    delete table ip services
    table ip services {
      chain lead {
    %1$s
      }
      chain in { type nat hook prerouting priority -100; jump lead; }
      chain out { type nat hook output priority -100; jump lead; }
    }
    """
        .formatted(all);
  }

  private static Optional<String> rule(JsonNode service, JsonNode port, List<String> targets) {
    String address = service.path("spec").path("clusterIP").asText("None");
    if (address.isEmpty() || address.equals("None") || targets.isEmpty()) {
      return Optional.empty();
    }
    List<String> elements = new ArrayList<>();
    for (String target : targets) {
      elements.add("%d : %s".formatted(elements.size(), target));
    }
    return Optional.of(
        "    ip daddr %s %s dport %d dnat to numgen random mod %d map { %s }"
            .formatted(
                address,
                port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT),
                port.path("port").asInt(),
                targets.size(),
                String.join(", ", elements)));
  }

  /// `ADDRESS . PORT` of all that are ready.
  private static List<String> targets(JsonNode service, JsonNode port, JsonNode slices) {
    List<String> targets = new ArrayList<>();
    for (JsonNode slice : slices) {
      JsonNode metadata = slice.path("metadata");
      String of = metadata.path("labels").path("kubernetes.io/service-name").asText();
      if (!metadata.path("namespace").equals(service.path("metadata").path("namespace"))
          || !of.equals(service.path("metadata").path("name").asText())) {
        continue;
      }
      for (JsonNode each : slice.path("ports")) {
        if (each.path("name").asText("").equals(port.path("name").asText(""))) {
          slice.path("endpoints").forEach(one -> add(targets, one, each.path("port").asInt()));
        }
      }
    }
    return targets;
  }

  private static void add(List<String> targets, JsonNode endpoint, int port) {
    if (endpoint.path("conditions").path("ready").asBoolean(true)) {
      endpoint.path("addresses").forEach(at -> targets.add("%s . %d".formatted(at.asText(), port)));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
