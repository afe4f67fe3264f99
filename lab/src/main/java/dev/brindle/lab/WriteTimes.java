// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// When a file was written, found out by looking at it again and again. Its own time of change is
/// the kernel's last tick before the write, which may be many milliseconds earlier on a machine
/// that has just been idle; but what a look did not show was written after that look.
final class WriteTimes {

  private final List<Instant> writes = new ArrayList<>();
  private Optional<Instant> lastChange = Optional.empty();
  private Optional<Instant> lastLook = Optional.empty();

  /// @param now no later than when `changed` was read
  /// @param changed the file's time of change
  void look(Instant now, Instant changed) {
    if (!lastChange.equals(Optional.of(changed))) {
      writes.add(lastLook.filter(changed::isBefore).orElse(changed));
      lastChange = Optional.of(changed);
    }
    lastLook = Optional.of(now);
  }

  /// The last write that was no later than a moment, and no earlier than it can have been.
  Optional<Instant> lastBefore(Instant moment) {
    return writes.stream().filter(write -> !write.isAfter(moment)).max(Comparator.naturalOrder());
  }
}
