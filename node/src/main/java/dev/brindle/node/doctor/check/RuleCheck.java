// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.NftChain.Hook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

  /// @param legacy tables of the old iptables that are there
  /// @param hasIpv6 whether pods have IPv6 addresses
  public record Facts(List<ForeignChain> chains, List<String> legacy, boolean hasIpv6) {

    public Facts {
      chains = List.copyOf(chains);
      legacy = List.copyOf(legacy);
    }
  }

  public static List<Finding> of(Facts facts) {
    List<ForeignChain> foreign =
        facts.chains().stream()
            .filter(chain -> !chain.table().equals(OURS))
            .filter(chain -> facts.hasIpv6() || chain.family() != IP6)
            .toList();
    List<Finding> found = new ArrayList<>();
    for (ForeignChain chain : foreign) {
      if (chain.entersAt(Hook.FORWARD) && (chain.dropsByPolicy() || chain.dropsTheRest())) {
        found.add(Symptom.FORWARD_DROPPED.at(drops(chain)));
      } else if (chain.entersAt(Hook.INPUT) && (chain.dropsByPolicy() || chain.dropsTheRest())) {
        found.add(Symptom.INPUT_DROPPED.at(drops(chain)));
      }
    }
    networks(foreign).forEach((name, seen) -> found.add(other(name, seen)));
    if (!facts.legacy().isEmpty()) {
      found.add(
          Symptom.IPTABLES_LEGACY.at(
              "tables of the old iptables: " + String.join(", ", facts.legacy())));
    }
    return Finding.orOk(found, Check.RULES, well(foreign));
  }

  private static String drops(ForeignChain chain) {
    return "chain %s drops what its %d rules do not accept (%s)"
        .formatted(
            chain.path(),
            chain.rules(),
            chain.dropsByPolicy() ? "policy drop" : "a rule that drops the rest");
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
