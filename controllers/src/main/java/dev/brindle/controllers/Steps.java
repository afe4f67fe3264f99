// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult;
import dev.brindle.ipam.IpamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// Many small writes, each by itself: one that the store refuses must not hold up the others, but a
/// store that is away is not asked for each.
final class Steps {

  private static final int ENOUGH = 3;

  private final Logger log;
  private final Level level;
  private final List<String> failures = new ArrayList<>();
  private int done;
  private int inARow;

  /// @param level of what was written
  Steps(Logger log, Level level) {
    this.log = log;
    this.level = level;
  }

  /// @param done what the resource is then: "created"
  /// @throws DatastoreException if several in a row have failed
  void write(ResourceKey key, String done, Supplier<WriteResult> write) {
    attempt(() -> outcome(key, done, write.get()));
  }

  /// Why it was not written, if it still should be.
  Optional<String> outcome(ResourceKey key, String done, WriteResult result) {
    return switch (result) {
      case WriteResult.Written _ -> {
        log.atLevel(level).log("{} is {}", key, done);
        yield Optional.empty();
      }
      case WriteResult.Conflict _, WriteResult.AlreadyThere _ ->
          Optional.of("%s is not %s: somebody else was faster".formatted(key, done));
      case WriteResult.Missing _ -> Optional.empty(); // what is to be is compared anew
    };
  }

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
    } catch (IpamException e) {
      inARow = 0; // the store is there: a block that cannot be read is that of a few
      failures.add(e.reason());
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
