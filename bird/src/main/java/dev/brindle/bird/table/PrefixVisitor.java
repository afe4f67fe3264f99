// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Is shown prefixes, one by one.
@FunctionalInterface
public interface PrefixVisitor {

  /// @param prefix its number in the `PrefixIndex`
  void visit(int prefix);
}
