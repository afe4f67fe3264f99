// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.List;
import java.util.Optional;

/// A chain and its rules in order.
///
/// @param base where the kernel enters it; absent for chains that are only jumped to
public record NftChain(String name, Optional<Base> base, List<NftRule> rules) {

  public NftChain {
    rules = List.copyOf(rules);
  }

  /// How the kernel enters a base chain. The policy is always accept: what is to be dropped, a rule
  /// drops.
  ///
  /// @param type `filter`, `nat` or `route`
  public record Base(String type, Hook hook, int priority) {}

  /// Where in a packet's way (`NF_INET_...`).
  public enum Hook {
    PREROUTING(0),
    INPUT(1),
    FORWARD(2),
    OUTPUT(3),
    POSTROUTING(4);

    private final int number;

    Hook(int number) {
      this.number = number;
    }

    /// `NF_INET_...` of netfilter.h.
    public int number() {
      return number;
    }
  }
}
