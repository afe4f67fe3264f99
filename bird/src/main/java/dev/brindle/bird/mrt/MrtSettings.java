// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import java.util.Optional;

/// What is written down by itself.
///
/// @param tables all paths of a moment, now and then
/// @param messages of sessions, as they pass
public record MrtSettings(Optional<MrtSchedule> tables, Optional<MrtLog> messages) {

  public static final MrtSettings NONE = new MrtSettings(Optional.empty(), Optional.empty());

  public boolean isNothing() {
    return tables.isEmpty() && messages.isEmpty();
  }
}
