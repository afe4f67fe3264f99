// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// Settings of the kernel.
public final class SysctlCheck {

  private static final String FORWARD = "net/ipv4/ip_forward";
  private static final String FORWARD_6 = "net/ipv6/conf/all/forwarding";
  private static final String COUNT = "net/netfilter/nf_conntrack_count";
  private static final String MAX = "net/netfilter/nf_conntrack_max";
  private static final String NEIGHBOURS = "net/ipv4/neigh/default/gc_thresh3";
  private static final Set<String> TUNNELS = Set.of("tunl0", "vxlan.calico");
  private static final int STRICT = 1;
  private static final int PERCENT_FULL = 95;
  private static final int PERCENT_MUCH = 80;

  /// A node's own pods, and others that it talks to without us.
  private static final int NEIGHBOURS_ANYWAY = 256;

  private SysctlCheck() {}

  /// @param values by path below `/proc/sys`; what is missing is not known
  /// @param interfaces that packets of pods pass, those of pods too
  /// @param isLive whether the daemon runs, which sets what it needs
  /// @param hasIpv6 whether pods have IPv6 addresses
  public record Facts(
      Map<String, String> values,
      Set<String> interfaces,
      int nodes,
      boolean isLive,
      boolean hasIpv6) {

    public Facts {
      values = Map.copyOf(values);
      interfaces = Set.copyOf(interfaces);
    }

    private Optional<String> value(String path) {
      return Optional.ofNullable(values.get(path));
    }

    private OptionalLong number(String path) {
      return value(path)
          .filter(text -> text.matches("[0-9]{1,18}"))
          .map(text -> OptionalLong.of(Long.parseLong(text)))
          .orElseGet(OptionalLong::empty);
    }
  }

  /// What to read for some interfaces.
  public static List<String> paths(Set<String> interfaces) {
    return Stream.concat(
            Stream.of(FORWARD, FORWARD_6, COUNT, MAX, NEIGHBOURS, rpFilter("all")),
            interfaces.stream()
                .sorted()
                .flatMap(each -> Stream.of(forwarding(each), rpFilter(each))))
        .toList();
  }

  private static String forwarding(String device) {
    return "net/ipv4/conf/%s/forwarding".formatted(device);
  }

  private static String rpFilter(String device) {
    return "net/ipv4/conf/%s/rp_filter".formatted(device);
  }

  public static List<Finding> of(Facts facts) {
    List<Finding> found = new ArrayList<>();
    boolean isOff = facts.value(FORWARD).filter("0"::equals).isPresent();
    if (isOff && facts.isLive()) {
      found.add(Symptom.IP_FORWARD_OFF.at("net.ipv4.ip_forward is 0"));
    }
    if (facts.hasIpv6()
        && facts.isLive()
        && facts.value(FORWARD_6).filter("0"::equals).isPresent()) {
      found.add(Symptom.IP_FORWARD_OFF.at("net.ipv6.conf.all.forwarding is 0"));
    }
    facts.interfaces().stream()
        .sorted()
        .forEach(device -> interfaceOf(device, facts, isOff, found));
    conntrack(facts, found);
    neighbours(facts, found);
    return Finding.orOk(
        found, Check.SYSCTLS, "forwarding, reverse path, connections and neighbours have room");
  }

  private static void interfaceOf(
      String device, Facts facts, boolean isAllOff, List<Finding> found) {
    if (!isAllOff && facts.value(forwarding(device)).filter("0"::equals).isPresent()) {
      found.add(
          Symptom.INTERFACE_FORWARDING_OFF.at(
              "net.ipv4.conf.%s.forwarding is 0".formatted(device)));
    }
    long effective =
        Math.max(facts.number(rpFilter("all")).orElse(0), facts.number(rpFilter(device)).orElse(0));
    if (TUNNELS.contains(device) && effective == STRICT) {
      found.add(
          Symptom.RP_FILTER_STRICT.at(
              "net.ipv4.conf.%s.rp_filter is 1 (the larger of its own and of all)"
                  .formatted(device)));
    }
  }

  private static void conntrack(Facts facts, List<Finding> found) {
    OptionalLong count = facts.number(COUNT);
    OptionalLong max = facts.number(MAX);
    if (count.isEmpty() || max.isEmpty() || max.getAsLong() == 0) {
      return;
    }
    long percent = count.getAsLong() * 100 / max.getAsLong();
    String seen =
        "%d connections of %d, %d %%".formatted(count.getAsLong(), max.getAsLong(), percent);
    if (percent >= PERCENT_FULL) {
      found.add(Symptom.CONNTRACK_FULL.at(seen));
    } else if (percent >= PERCENT_MUCH) {
      found.add(Symptom.CONNTRACK_FILLS.at(seen));
    }
  }

  private static void neighbours(Facts facts, List<Finding> found) {
    OptionalLong most = facts.number(NEIGHBOURS);
    long needed = 2L * facts.nodes() + NEIGHBOURS_ANYWAY;
    if (most.isPresent() && most.getAsLong() < needed) {
      found.add(
          Symptom.NEIGHBOUR_TABLE_SMALL.at(
              "gc_thresh3 is %d, with %d nodes".formatted(most.getAsLong(), facts.nodes())));
    }
  }
}
