// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.embedded.ResourceTable.Stored;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was read or written lately. A resource is asked for several times between two writes: by
/// who writes it next, by the write itself, by each feed; to take its text apart costs more than to
/// fetch it. The same text gives the same value, so this is never wrong, whoever wrote meanwhile.
///
/// For many threads.
final class RecentReads {

  /// Of all texts together.
  private static final int MOST_CHARACTERS = 1 << 20;

  private static final float USUAL_LOAD = 0.75f;

  /// The one that was not used for the longest time comes first.
  private final Map<ResourceKey, Reading> readings = new LinkedHashMap<>(64, USUAL_LOAD, true);

  private int characters;

  /// @param value of whichever revision: what counts is the row's
  private record Reading(String text, Resource value) {}

  /// @return empty for a row that was removed
  /// @throws dev.brindle.datastore.codec.ResourceFormatException if the text cannot be read
  Optional<Resource> read(Stored row) {
    return row.body().map(text -> row.withRevision(value(row, text)));
  }

  /// What was written is what a reader will find.
  void wrote(Resource written, String text) {
    remember(written.key(), new Reading(text, written));
  }

  private Resource value(Stored row, String text) {
    Reading known = find(row.key());
    if (known != null && known.text.equals(text)) {
      return known.value;
    }
    Resource value = row.parse(text);
    remember(row.key(), new Reading(text, value));
    return value;
  }

  private synchronized @Nullable Reading find(ResourceKey key) {
    return readings.get(key);
  }

  private synchronized void remember(ResourceKey key, Reading reading) {
    forget(readings.remove(key));
    if (reading.text.length() > MOST_CHARACTERS) {
      return;
    }
    readings.put(key, reading);
    characters += reading.text.length();
    Iterator<Reading> eldest = readings.values().iterator();
    while (characters > MOST_CHARACTERS) {
      forget(eldest.next());
      eldest.remove();
    }
  }

  private void forget(@Nullable Reading reading) {
    characters -= reading == null ? 0 : reading.text.length();
  }

  /// How long all texts are together.
  synchronized int characters() {
    return characters;
  }
}
