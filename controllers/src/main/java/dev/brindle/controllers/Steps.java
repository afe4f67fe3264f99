// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.datastore.DatastoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Many small writes, each by itself: one that the store refuses must not hold up the others, but a
/// store that is away is not asked for each.
final class Steps {

  private static final int ENOUGH = 3;

  private final List<String> failures = new ArrayList<>();
  private int done;
  private int inARow;

  /// @param step says what could not be done
  /// @throws DatastoreException if several in a row have failed
  void attempt(Supplier<Optional<String>> step) {
    try {
      step.get().ifPresent(failures::add);
      done++;
      inARow = 0;
    } catch (DatastoreException e) {
      inARow++;
      if (inARow >= ENOUGH) {
        throw e;
      }
      failures.add(String.valueOf(e.getMessage()));
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /// Whether the store took none of them.
  boolean isInVain() {
    return done == 0 && !failures.isEmpty();
  }
}
