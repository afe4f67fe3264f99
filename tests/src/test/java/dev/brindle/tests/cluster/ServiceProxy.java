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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Stands for kube-proxy, which is not at hand: on each machine one nftables table that leads
/// cluster addresses of services, and those of load balancers, to their ready endpoints, by chance,
/// looked at twice a second. No node ports, no affinity.
final class ServiceProxy implements AutoCloseable {

  private static final long PAUSE_MILLIS = 500;

  /// As kube-proxy's, on what is to go back by the node it came to.
  private static final String MARK = "0x4000";

  private final Api api;
  private final Supplier<Collection<Machine>> machines;
  private final Thread thread = Thread.ofPlatform().daemon().name("services").unstarted(this::run);
  private final CountDownLatch closed = new CountDownLatch(1);
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
      do {
        try {
          renew();
        } catch (IOException | Api.RefusedException _) {
          // the server is away: what there is stays
        }
      } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void renew() throws IOException {
    JsonNode services = api.get("/api/v1/services").path("items");
    JsonNode slices = api.get("/apis/discovery.k8s.io/v1/endpointslices").path("items");
    there.keySet().retainAll(machines.get());
    for (Machine machine : machines.get()) {
      String wanted = table(services, slices, machine.name());
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

  private static String table(JsonNode services, JsonNode slices, String node) {
    List<String> rules = new ArrayList<>();
    for (JsonNode service : services) {
      for (JsonNode port : service.path("spec").path("ports")) {
        String address = service.path("spec").path("clusterIP").asText("None");
        if (!address.isEmpty() && !address.equals("None")) {
          rule(address, port, "", targets(service, port, slices, "")).ifPresent(rules::add);
        }
        rules.addAll(fromOutside(service, port, slices, node));
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
      chain back { type nat hook postrouting priority 100; meta mark & %2$s == %2$s masquerade; }
    }
    """
        .formatted(all, MARK);
  }

  /// Only to this node's own endpoints where the service wants it so, and else through this node.
  private static List<String> fromOutside(
      JsonNode service, JsonNode port, JsonNode slices, String node) {
    boolean isLocal = service.at("/spec/externalTrafficPolicy").asText().equals("Local");
    List<String> targets = targets(service, port, slices, isLocal ? node : "");
    String before = isLocal ? "" : "meta mark set meta mark or %s ".formatted(MARK);
    List<String> rules = new ArrayList<>();
    for (JsonNode way : service.at("/status/loadBalancer/ingress")) {
      rule(way.path("ip").asText(), port, before, targets).ifPresent(rules::add);
    }
    return rules;
  }

  private static Optional<String> rule(
      String address, JsonNode port, String before, List<String> targets) {
    if (targets.isEmpty()) {
      return Optional.empty();
    }
    List<String> elements = new ArrayList<>();
    for (String target : targets) {
      elements.add("%d : %s".formatted(elements.size(), target));
    }
    return Optional.of(
        "    ip daddr %s %s dport %d %sdnat to numgen random mod %d map { %s }"
            .formatted(
                address,
                port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT),
                port.path("port").asInt(),
                before,
                targets.size(),
                String.join(", ", elements)));
  }

  /// `ADDRESS . PORT` of all that are ready.
  ///
  /// @param node where they are to be; empty for any
  private static List<String> targets(
      JsonNode service, JsonNode port, JsonNode slices, String node) {
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
          for (JsonNode one : slice.path("endpoints")) {
            if (node.isEmpty() || one.path("nodeName").asText().equals(node)) {
              add(targets, one, each.path("port").asInt());
            }
          }
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
    closed.countDown();
    thread.interrupt(); // what it asks just now may take long to answer
  }
}
