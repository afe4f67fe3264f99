// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.resource.HostInterfaceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What there is in IPAM and on the nodes of pods that are no more, and what pods lack that are.
final class Leftovers {

  private static final Pattern INTERFACE = Pattern.compile("\\bcali[0-9a-f]{11}\\b");

  /// One of a pod or tunnel, not a network.
  private static final Pattern ADDRESS = Pattern.compile("\\b10\\.244\\.[0-9]+\\.[0-9]+\\b(?!/)");

  private final Cluster cluster;
  private final List<String> found = new ArrayList<>();
  private final Map<String, String> interfaces = new HashMap<>();
  private final Map<String, Set<String>> interfacesOf = new HashMap<>();
  private final Map<String, Set<String>> addressesOf = new HashMap<>();
  private final Map<String, String> ownerOf = new HashMap<>();

  private Leftovers(Cluster cluster) {
    this.cluster = cluster;
  }

  /// In words for people; none is what is wanted.
  static List<String> of(Cluster cluster) {
    Leftovers leftovers = new Leftovers(cluster);
    leftovers.readPods();
    leftovers.compareBookings();
    cluster.nodes().forEach(leftovers::compareNode);
    return leftovers.found;
  }

  private void readPods() {
    for (JsonNode pod : cluster.list("/api/v1/pods")) {
      String node = pod.at("/spec/nodeName").asText();
      if (pod.at("/spec/hostNetwork").asBoolean() || !cluster.nodes().contains(node)) {
        continue;
      }
      String namespace = pod.at("/metadata/namespace").asText();
      String name = pod.at("/metadata/name").asText();
      String owner = namespace + "/" + name;
      String address = pod.at("/status/podIP").asText();
      String other = ownerOf.put(address, owner);
      if (other != null) {
        found.add("%s is of %s and %s".formatted(address, owner, other));
      }
      String link = HostInterfaceName.ofPod(namespace, name);
      interfaces.put(link, owner);
      interfacesOf.computeIfAbsent(node, _ -> new TreeSet<>()).add(link);
      addressesOf.computeIfAbsent(node, _ -> new TreeSet<>()).add(address);
    }
  }

  private void compareBookings() {
    Set<String> booked = new HashSet<>();
    for (Booking booking : cluster.network().bookings()) {
      if (!booked.add(booking.address())) {
        found.add("booked twice: " + booking);
      }
      // a reserve may have what no pod has
      boolean isPods = booking.owner().contains("/") || ownerOf.containsKey(booking.address());
      if (isPods && !booking.owner().equals(ownerOf.get(booking.address()))) {
        found.add("%s, and it is of %s".formatted(booking, ownerOf.get(booking.address())));
      }
    }
    ownerOf.forEach(
        (address, owner) -> {
          if (!booked.contains(address)) {
            found.add("%s of %s is not booked".formatted(address, owner));
          }
        });
  }

  private void compareNode(String node) {
    Set<String> links = interfacesOf.getOrDefault(node, Set.of());
    Set<String> addresses = addressesOf.getOrDefault(node, Set.of());
    compare(node, "interfaces", links, all(INTERFACE, run(node, "ip", "-o", "link")));
    String routes =
        run(node, "ip", "route")
            .lines()
            .filter(line -> INTERFACE.matcher(line).find())
            .reduce("", (all, line) -> all + line + "\n");
    compare(node, "routes to", addresses, all(ADDRESS, routes));
    compare(node, "routes by", links, all(INTERFACE, routes));
    String rules = run(node, "nft", "list", "ruleset");
    compare(node, "nftables for", links, all(INTERFACE, rules));
    Set<String> strangers = all(ADDRESS, rules);
    strangers.removeAll(ownerOf.keySet());
    cluster.network().bookings().forEach(booking -> strangers.remove(booking.address()));
    strangers.forEach(
        address -> found.add("%s: nftables have %s, which is nobody's".formatted(node, address)));
    try {
      Path late = cluster.machine(node).file("/var/lib/brindle/late-deletes");
      if (Files.isDirectory(late)) {
        try (Stream<Path> files = Files.list(late)) {
          files.forEach(file -> found.add("%s: a late DEL: %s".formatted(node, file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compare(String node, String what, Set<String> wanted, Set<String> actual) {
    for (String each : actual) {
      if (!wanted.contains(each)) {
        found.add("%s: too many %s %s".formatted(node, what, each));
      }
    }
    for (String each : wanted) {
      if (!actual.contains(each)) {
        found.add(
            "%s: no %s %s (%s%s)"
                .formatted(
                    node,
                    what,
                    each,
                    interfaces.getOrDefault(each, ""),
                    ownerOf.getOrDefault(each, "")));
      }
    }
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> all = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      all.add(matcher.group());
    }
    return all;
  }

  private String run(String node, String program, String... arguments) {
    List<String> line = new ArrayList<>(List.of(Programs.path(program)));
    line.addAll(List.of(arguments));
    return cluster.machine(node).run(line, Map.of(), "").ok().out();
  }
}
