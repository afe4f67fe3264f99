// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.filter.NextHopWish;
import dev.brindle.bird.filter.Telling;
import dev.brindle.bird.rib.Source;

/// What a filter wants of `Rewrite` for one path.
///
/// @param keepsMed MULTI_EXIT_DISC passes to external peers too
public record ExportWish(NextHopWish nextHop, boolean keepsMed) {

  /// Nothing.
  public static final ExportWish NONE = new ExportWish(NextHopWish.USUAL, false);

  static ExportWish of(Telling telling) {
    boolean isUsual = telling.nextHop() == NextHopWish.USUAL && !telling.keepsMed();
    return isUsual ? NONE : new ExportWish(telling.nextHop(), telling.keepsMed());
  }

  /// The reverse of `bits`.
  static ExportWish of(int bits) {
    if (bits == 0) {
      return NONE;
    }
    NextHopWish hop =
        switch (bits >> 1) {
          case 0 -> NextHopWish.USUAL;
          case 1 -> NextHopWish.AS_SET;
          case 2 -> NextHopWish.SELF;
          default -> NextHopWish.UNCHANGED;
        };
    return new ExportWish(hop, (bits & 1) != 0);
  }

  /// In four of them; 0 for none.
  int bits() {
    int hop =
        switch (nextHop) {
          case USUAL -> 0;
          case AS_SET -> 1;
          case SELF -> 2;
          case UNCHANGED -> 3;
        };
    return (hop << 1) | (keepsMed ? 1 : 0);
  }

  boolean keepsNextHop(ExportTerms terms, Source source) {
    return switch (nextHop) {
      case USUAL -> terms.keepsNextHop() && !source.isLocal();
      case AS_SET, UNCHANGED -> true;
      case SELF -> false;
    };
  }
}
