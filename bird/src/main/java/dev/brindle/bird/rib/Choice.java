// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import java.util.List;

/// The path that counts, and why.
///
/// @param best what peers are told
/// @param equals all paths as good as it but for the last, arbitrary rules, it included: where
///     packets go
/// @param decidedBy the rule that ruled out the last other path
public record Choice(Path best, List<Path> equals, Rule decidedBy) {

  public Choice {
    equals = List.copyOf(equals);
  }

  /// The rules in the order they are asked (RFC 4271 §9.1.2.2, RFC 4456 §9, RFC 9494 §4.3). The
  /// last two are asked where several sessions or add-path give several paths of one address.
  public enum Rule {
    ONLY_PATH("only path"),
    LAST_RESORT("fresh over long-lived stale"),
    PREFERENCE("own or elevated route"),
    LOCAL_PREF("highest LOCAL_PREF"),
    AS_PATH("shortest AS_PATH"),
    ORIGIN("lowest ORIGIN"),
    MULTI_EXIT_DISC("lowest MED"),
    EXTERNAL("external over internal"),
    OLDER("the best so far of equal external paths (RFC 5004)"),
    IDENTIFIER("lowest originator or router id"),
    CLUSTER_LIST("shortest CLUSTER_LIST"),
    ADDRESS("lowest peer address"),
    NAME("first peer by name, of one address"),
    PATH_ID("lowest path identifier, of one peer");

    private final String text;

    Rule(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
