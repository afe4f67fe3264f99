// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.Optional;

/// A chain of whoever, as much of it as can be known of rules that are not ours.
///
/// @param family `NFPROTO_...`: 1 inet, 2 ip, 10 ip6, and others that see no packets of ours
/// @param base where the kernel enters it; absent for chains that are only jumped to
/// @param dropsByPolicy whether packets that no rule decides are dropped
/// @param rules how many
/// @param dropsTheRest whether a rule drops or rejects whatever comes to it
public record ForeignChain(
    int family,
    String table,
    String name,
    Optional<NftChain.Base> base,
    boolean dropsByPolicy,
    int rules,
    boolean dropsTheRest) {

  /// `ip filter FORWARD`, as nft(8) names it.
  public String path() {
    String kind =
        switch (family) {
          case 1 -> "inet";
          case 2 -> "ip";
          case 3 -> "arp";
          case 5 -> "netdev";
          case 7 -> "bridge";
          case 10 -> "ip6";
          default -> "family-" + family;
        };
    return "%s %s %s".formatted(kind, table, name);
  }

  public boolean entersAt(NftChain.Hook hook) {
    return base.filter(each -> each.hook() == hook).isPresent();
  }
}
