// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// A table has no number left for what a peer tells. Nothing has changed by the call that ends so:
/// the caller may end the session of the peer that told the one too many (Cease/8) and go on.
public final class TableFullException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  TableFullException(String message) {
    super(message);
  }
}
