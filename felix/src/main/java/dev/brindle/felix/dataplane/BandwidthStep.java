// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.felix.endpoint.Bandwidth;
import dev.brindle.felix.endpoint.EndpointPlan;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.Qdisc.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Limits of pods' bandwidth. Looks at all interfaces when it begins and when it is distrusted, and
/// then only at those whose limits are other ones, or that were made anew. What stands is adopted.
final class BandwidthStep {

  /// Of what is not settled.
  private static final int NO_LINK = 0;

  private final Kernel kernel;
  private final Map<String, Done> done = new HashMap<>();
  private final Map<String, String> shortcomings = new TreeMap<>();
  private boolean isKnown;

  BandwidthStep(Kernel kernel) {
    this.kernel = kernel;
  }

  /// What was settled on which interface.
  private record Done(int link, Bandwidth bandwidth) {}

  void distrust() {
    isKnown = false;
  }

  /// An interface that pods' packets pass went, or is down.
  void distrust(String device) {
    done.replaceAll(
        (pod, before) ->
            Bandwidth.device(pod).equals(device) ? new Done(NO_LINK, before.bandwidth()) : before);
  }

  /// Why limits are not kept, by name of the pod's interface: no module in the kernel, or somebody
  /// else limits already. That is looked at again when all is.
  Map<String, String> shortcomings() {
    return shortcomings;
  }

  /// @return what did not work and is to be tried again
  List<String> apply(DesiredState desired, Map<String, Link> links) {
    Set<String> open = isKnown ? changed(desired, links) : all(desired, links);
    if (isKnown && open.isEmpty()) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    try {
      List<Qdisc> qdiscs = kernel.traffic().qdiscs();
      var traffic =
          new PodTraffic(kernel, links, at(Place.ROOT, qdiscs), at(Place.INGRESS, qdiscs));
      open.forEach(device -> settle(device, desired, links, traffic, problems));
      if (!isKnown) {
        links.values().stream()
            .filter(link -> link.kind() instanceof Link.Kind.Ifb)
            .map(Link::name)
            .filter(name -> Bandwidth.isDevice(name) && !isUsed(name))
            .forEach(traffic::discard);
      }
      traffic.deleteDiscarded();
      isKnown |= problems.isEmpty();
    } catch (KernelException e) {
      problems.add("bandwidth of pods: " + e.getMessage());
      isKnown = false;
    }
    return problems;
  }

  private static Map<Integer, Qdisc> at(Place place, List<Qdisc> qdiscs) {
    Map<Integer, Qdisc> found = new HashMap<>();
    qdiscs.stream()
        .filter(qdisc -> qdisc.place() == place && qdisc.handle() != 0)
        .forEach(qdisc -> found.put(qdisc.link(), qdisc));
    return found;
  }

  private boolean isUsed(String device) {
    return done.entrySet().stream()
        .anyMatch(
            entry ->
                entry.getValue().bandwidth().outOfPod().isPresent()
                    && Bandwidth.device(entry.getKey()).equals(device));
  }

  private Set<String> changed(DesiredState desired, Map<String, Link> links) {
    Set<String> devices = new TreeSet<>();
    for (EndpointPlan plan : desired.endpoints().values()) {
      Link link = links.get(plan.device());
      boolean isLimited = !plan.bandwidth().equals(Bandwidth.NONE);
      if (link != null && isLimited && !isDone(link, plan.bandwidth())) {
        devices.add(plan.device());
      }
    }
    done.forEach(
        (device, before) -> {
          Link link = links.get(device);
          if (link == null || !isDone(link, wanted(desired, device))) {
            devices.add(device);
          }
        });
    return devices;
  }

  private boolean isDone(Link link, Bandwidth bandwidth) {
    return new Done(link.index(), bandwidth).equals(done.get(link.name()));
  }

  private static Bandwidth wanted(DesiredState desired, String device) {
    EndpointPlan plan = desired.endpoints().get(device);
    return plan == null ? Bandwidth.NONE : plan.bandwidth();
  }

  private Set<String> all(DesiredState desired, Map<String, Link> links) {
    Set<String> devices = new HashSet<>(done.keySet());
    links.keySet().stream().filter(desired.settings()::isPodInterface).forEach(devices::add);
    return new TreeSet<>(devices);
  }

  private void settle(
      String device,
      DesiredState desired,
      Map<String, Link> links,
      PodTraffic traffic,
      List<String> problems) {
    done.remove(device);
    shortcomings.remove(device);
    Link link = links.get(device);
    if (link == null) {
      traffic.discard(Bandwidth.device(device));
      return;
    }
    Bandwidth wanted = wanted(desired, device);
    try {
      List<String> missing = new ArrayList<>();
      traffic.limitIntoPod(link, wanted.intoPod()).ifPresent(missing::add);
      traffic.limitOutOfPod(link, wanted.outOfPod()).ifPresent(missing::add);
      if (!missing.isEmpty()) {
        shortcomings.put(device, String.join("; ", missing));
      }
      if (!wanted.equals(Bandwidth.NONE)) {
        done.put(device, new Done(link.index(), wanted));
      }
    } catch (KernelException e) {
      problems.add("bandwidth of %s: %s".formatted(device, e.getMessage()));
      done.put(device, new Done(NO_LINK, wanted));
    }
  }
}
