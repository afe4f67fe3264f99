// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What Calico's own agent left in the kernel of a node: rules that iptables-nft made for it, its
/// table for ARP, and IP sets. What it had in tables `calico` of nftables is not among it: these
/// tables are ours, and what does not belong there any more goes with the first comparison.
///
/// @param rules in chains of others that lead to Calico's, or that Calico marked as its own
/// @param chains Calico's, in tables of others
/// @param ipSets names
public record CalicoRemains(
    List<ForeignRule> rules,
    List<ForeignChain> chains,
    List<ForeignTable> tables,
    List<String> ipSets) {

  private static final int ARP = 3;
  private static final int IP = 2;
  private static final int IP6 = 10;

  /// The tables that iptables has; chains of these names in others are somebody else's.
  private static final Set<String> IPTABLES = Set.of("filter", "nat", "mangle", "raw");

  private static final String ARP_TABLE = "calico-arp";
  private static final String CHAIN = "cali-";
  private static final String COMMENT = "cali:";

  /// With the names of sets that it fills aside before it swaps them.
  private static final List<String> SETS = List.of("cali40", "cali60", "cali4t", "cali6t");

  public CalicoRemains {
    rules = List.copyOf(rules);
    chains = List.copyOf(chains);
    tables = List.copyOf(tables);
    ipSets = List.copyOf(ipSets);
  }

  /// A whole table.
  public record ForeignTable(int family, String name) {}

  public static CalicoRemains among(
      List<ForeignChain> chains, List<ForeignRule> rules, List<String> ipSets) {
    List<ForeignChain> own =
        chains.stream()
            .filter(chain -> isIptables(chain.family(), chain.table()) && isOwn(chain.name()))
            .toList();
    List<ForeignRule> leading =
        rules.stream()
            .filter(rule -> isIptables(rule.family(), rule.table()) && !isOwn(rule.chain()))
            .filter(
                rule ->
                    rule.target().filter(CalicoRemains::isOwn).isPresent()
                        || rule.comment().startsWith(COMMENT))
            .toList();
    boolean hasArp =
        chains.stream().anyMatch(chain -> chain.family() == ARP && chain.table().equals(ARP_TABLE));
    return new CalicoRemains(
        leading,
        own,
        hasArp ? List.of(new ForeignTable(ARP, ARP_TABLE)) : List.of(),
        ipSets.stream().filter(set -> SETS.stream().anyMatch(set::startsWith)).toList());
  }

  /// Tables with chains of its own among them: `ip filter`.
  public static List<String> tables(List<ForeignChain> chains) {
    return chains.stream()
        .filter(chain -> isOwn(chain.name()))
        .map(chain -> place(chain.family(), chain.table()))
        .distinct()
        .toList();
  }

  private static boolean isIptables(int family, String table) {
    return (family == IP || family == IP6) && IPTABLES.contains(table);
  }

  private static boolean isOwn(String chain) {
    return chain.startsWith(CHAIN);
  }

  public boolean isEmpty() {
    return hasNoRules() && ipSets.isEmpty();
  }

  /// Whether nothing is left that looks at packets.
  public boolean hasNoRules() {
    return rules.isEmpty() && chains.isEmpty() && tables.isEmpty();
  }

  /// `chains cali-* in ip filter, ip nat; table arp calico-arp; 5 IP sets cali*`.
  public String summary() {
    TreeSet<String> places = new TreeSet<>();
    chains.forEach(chain -> places.add(place(chain.family(), chain.table())));
    rules.forEach(rule -> places.add(place(rule.family(), rule.table())));
    List<String> parts = new ArrayList<>();
    if (!places.isEmpty()) {
      parts.add("chains cali-* in " + String.join(", ", places));
    }
    tables.forEach(table -> parts.add("table arp " + table.name()));
    if (!ipSets.isEmpty()) {
      parts.add("%d IP sets cali*".formatted(ipSets.size()));
    }
    return parts.isEmpty() ? "nothing" : String.join("; ", parts);
  }

  private static String place(int family, String table) {
    return (family == IP6 ? "ip6 " : "ip ") + table;
  }
}
