// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.NftChain.Hook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Packet filters of others.
public final class RuleCheck {

  private static final String OURS = "calico";
  private static final int IP6 = 10;

  /// Beginnings of chains, and whose they are.
  private static final Map<String, String> NETWORKS =
      Map.of(
          "FLANNEL-", "flannel",
          "CILIUM_", "Cilium",
          "WEAVE", "Weave",
          "KUBE-ROUTER", "kube-router",
          "KUBE-POD-FW", "kube-router",
          "ANTREA-", "Antrea");

  private RuleCheck() {}

  /// @param old chains of the old iptables
  /// @param hasIpv6 whether pods have IPv6 addresses
  public record Facts(List<ForeignChain> chains, List<ForeignChain> old, boolean hasIpv6) {

    public Facts {
      chains = List.copyOf(chains);
      old = List.copyOf(old);
    }
  }

  public static List<Finding> of(Facts facts) {
    List<ForeignChain> foreign =
        seen(facts, facts.chains()).filter(chain -> !chain.table().equals(OURS)).toList();
    List<ForeignChain> old =
        seen(facts, facts.old())
            .filter(chain -> chain.rules() > 0 || chain.dropsByPolicy())
            .toList();
    List<Finding> found = new ArrayList<>();
    foreign.forEach(chain -> dropping(chain, "").ifPresent(found::add));
    old.forEach(chain -> dropping(chain, " of the old iptables").ifPresent(found::add));
    networks(foreign).forEach((name, seen) -> found.add(other(name, seen)));
    if (!old.isEmpty()) {
      found.add(Symptom.IPTABLES_LEGACY.at("rules of the old iptables: " + counts(old)));
    }
    return Finding.orOk(found, Check.RULES, well(foreign));
  }

  private static Stream<ForeignChain> seen(Facts facts, List<ForeignChain> chains) {
    return chains.stream().filter(chain -> facts.hasIpv6() || chain.family() != IP6);
  }

  private static Optional<Finding> dropping(ForeignChain chain, String whose) {
    if (!chain.dropsByPolicy() && !chain.dropsTheRest()) {
      return Optional.empty();
    }
    String seen =
        "chain %s%s drops what its %d rules do not accept (%s)"
            .formatted(
                chain.path(),
                whose,
                chain.rules(),
                chain.dropsByPolicy() ? "policy drop" : "a rule that drops the rest");
    if (chain.entersAt(Hook.FORWARD)) {
      return Optional.of(Symptom.FORWARD_DROPPED.at(seen));
    }
    return chain.entersAt(Hook.INPUT)
        ? Optional.of(Symptom.INPUT_DROPPED.at(seen))
        : Optional.empty();
  }

  /// `ip filter 12, ip nat 3`.
  private static String counts(List<ForeignChain> chains) {
    Map<String, Integer> rules = new TreeMap<>();
    chains.forEach(
        chain ->
            rules.merge(
                (chain.family() == IP6 ? "ip6 " : "ip ") + chain.table(),
                chain.rules(),
                Integer::sum));
    return rules.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  private static Map<String, Set<String>> networks(List<ForeignChain> chains) {
    Map<String, Set<String>> found = new TreeMap<>();
    for (ForeignChain chain : chains) {
      NETWORKS.forEach(
          (begin, network) -> {
            if (chain.name().startsWith(begin)) {
              found.computeIfAbsent(network, _ -> new TreeSet<>()).add(chain.path());
            }
          });
    }
    return found;
  }

  private static Finding other(String network, Set<String> chains) {
    return Symptom.OTHER_NETWORK_RULES.at(
        "%s: %s".formatted(network, String.join(", ", chains.stream().limit(4).toList())));
  }

  private static String well(List<ForeignChain> chains) {
    boolean hasNft = chains.stream().anyMatch(chain -> chain.table().equals("kube-proxy"));
    boolean hasIptables = chains.stream().anyMatch(chain -> chain.name().startsWith("KUBE-"));
    String proxy =
        hasNft
            ? "kube-proxy by nftables"
            : hasIptables ? "kube-proxy by iptables" : "no kube-proxy";
    return "%d chains of others let through what is forwarded; %s".formatted(chains.size(), proxy);
  }
}
