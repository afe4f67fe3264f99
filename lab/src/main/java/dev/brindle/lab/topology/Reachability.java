// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import dev.brindle.api.net.IpFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Who should reach whom.
///
/// Up to a dozen pods, everybody tries everybody. Beyond, each pod tries the servers, its neighbour
/// in the list and the pod half the list away: the number of tries grows with the pods, not with
/// their square, and every node still talks with others.
public final class Reachability {

  private static final int EVERYBODY = 12;

  private final Topology topology;

  public Reachability(Topology topology) {
    this.topology = topology;
  }

  /// Nothing is forbidden yet.
  public List<Expectation> withoutPolicy() {
    return expectations((_, _) -> true, _ -> true, true);
  }

  /// `TourPolicy` is in force.
  public List<Expectation> withTourPolicy() {
    List<Expectation> all =
        new ArrayList<>(
            expectations(
                (pair, traffic) ->
                    !TourPolicy.selects(pair.to()) || TourPolicy.admits(pair.from(), traffic),
                pod -> !TourPolicy.selects(pod),
                true));
    all.addAll(topology.stated());
    return latestOfEach(all);
  }

  /// Policies of the user's own are in force: only what the topology file states is expected.
  public List<Expectation> withOwnPolicy() {
    List<Expectation> all = new ArrayList<>(expectations((_, _) -> true, _ -> true, false));
    all.addAll(topology.stated());
    return latestOfEach(all);
  }

  private List<Expectation> expectations(
      BiPredicate<Pair, Traffic> allowed, Predicate<PodSpec> fromOutside, boolean isKnown) {
    List<Expectation> result = new ArrayList<>();
    for (IpFamily family : topology.family().families()) {
      for (Pair pair : pairs()) {
        for (Traffic traffic : tries(pair.to())) {
          result.add(
              new Expectation(
                  pair.from().name(),
                  pair.to().name(),
                  traffic,
                  family,
                  known(isKnown, allowed.test(pair, traffic))));
        }
      }
      if (topology.hasOutside()) {
        result.addAll(outside(family, fromOutside, isKnown));
      }
    }
    return result;
  }

  private List<Expectation> outside(
      IpFamily family, Predicate<PodSpec> fromOutside, boolean isKnown) {
    List<Expectation> result = new ArrayList<>();
    for (PodSpec pod : topology.pods()) {
      for (Traffic traffic : tries(pod)) {
        result.add(
            new Expectation(
                Topology.OUTSIDE,
                pod.name(),
                traffic,
                family,
                known(isKnown, fromOutside.test(pod))));
      }
      for (Traffic traffic : List.of(Traffic.tcp(TourPolicy.PORT), Traffic.ICMP)) {
        result.add(
            new Expectation(pod.name(), Topology.OUTSIDE, traffic, family, known(isKnown, true)));
      }
    }
    return result;
  }

  private static Optional<Boolean> known(boolean isKnown, boolean allowed) {
    return isKnown ? Optional.of(allowed) : Optional.empty();
  }

  private static List<Traffic> tries(PodSpec to) {
    List<Traffic> tries =
        new ArrayList<>(
            List.of(Traffic.tcp(TourPolicy.PORT), Traffic.udp(TourPolicy.PORT), Traffic.ICMP));
    if (TourPolicy.selects(to)) {
      tries.add(Traffic.tcp(TourPolicy.ADMIN_PORT));
    }
    return tries;
  }

  private Set<Pair> pairs() {
    List<PodSpec> pods = topology.pods();
    Set<Pair> pairs = new LinkedHashSet<>();
    for (int i = 0; i < pods.size(); i++) {
      for (int j = 0; j < pods.size(); j++) {
        if (i != j && isTried(i, j)) {
          pairs.add(new Pair(pods.get(i), pods.get(j)));
        }
      }
    }
    return pairs;
  }

  private boolean isTried(int from, int to) {
    int count = topology.pods().size();
    return count <= EVERYBODY
        || TourPolicy.selects(topology.pods().get(to))
        || to == (from + 1) % count
        || to == (from + count / 2) % count;
  }

  /// What the author states replaces what the lab worked out.
  private static List<Expectation> latestOfEach(List<Expectation> all) {
    var latest = new LinkedHashMap<Expectation, Expectation>();
    for (Expectation each : all) {
      Expectation key =
          new Expectation(each.from(), each.to(), each.traffic(), each.family(), Optional.empty());
      latest.put(key, each);
    }
    return List.copyOf(latest.values());
  }

  private record Pair(PodSpec from, PodSpec to) {}
}
