// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.List;

/// One rule: expressions from left to right, the last usually a verdict.
///
/// @param comment for people, may be empty; the kernel object's comment also carries a hash of the
///     rule, by which a later start recognises it
public record NftRule(List<NftExpression> expressions, String comment) {

  public NftRule {
    expressions = List.copyOf(expressions);
  }

  public static NftRule of(NftExpression... expressions) {
    return new NftRule(List.of(expressions), "");
  }
}
