// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.undo;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The unconfirmed changes of a store: annotations of ClusterInformation, which every store has and
/// every node hears of. Each change of one is by compare and set.
public final class UndoRecords {

  public static final ResourceKey PLACE =
      ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);

  private static final Logger LOG = LoggerFactory.getLogger(UndoRecords.class);

  private static final String PREFIX = "brindle.dev/unconfirmed-";
  private static final int TRIES = 50;

  /// Kubernetes takes 256 KiB of annotations in all.
  private static final int LONGEST = 128 * 1024;

  private final Datastore store;

  public UndoRecords(Datastore store) {
    this.store = store;
  }

  /// @throws DatastoreException if the store could not be asked, or one cannot be read
  public List<UndoRecord> all() {
    return store.get(PLACE).map(found -> of(found.metadata())).orElse(List.of());
  }

  static List<UndoRecord> of(Metadata metadata) {
    return new TreeMap<>(metadata.annotations())
        .entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(PREFIX))
            .map(
                entry ->
                    UndoRecord.parse(entry.getKey().substring(PREFIX.length()), entry.getValue()))
            .toList();
  }

  /// Those that this version understands.
  static List<UndoRecord> readable(Metadata metadata) {
    try {
      return of(metadata);
    } catch (DatastoreException e) {
      LOG.warn("{}: nobody undoes it here", e.getMessage());
      return List.of();
    }
  }

  public Optional<UndoRecord> find(String id) {
    return all().stream().filter(record -> record.id().equals(id)).findFirst();
  }

  /// @throws DatastoreException if it is too long, touches what another one touches, or cannot be
  ///     written
  public void add(UndoRecord record) {
    String json = record.json();
    int used = all().stream().mapToInt(each -> each.json().length()).sum();
    if (used + json.length() > LONGEST) {
      throw new DatastoreException(
          "%d resources are too much to be undone: the plan for it has %d bytes, and there is room for %d"
              .formatted(record.steps().size(), json.length(), Math.max(0, LONGEST - used)));
    }
    change(
        annotations -> {
          refuseOverlap(record, of(Metadata.named("").withAnnotations(annotations)));
          annotations.put(PREFIX + record.id(), json);
          return annotations;
        });
  }

  private static void refuseOverlap(UndoRecord record, List<UndoRecord> others) {
    for (UndoRecord other : others) {
      for (UndoStep step : other.steps()) {
        if (record.steps().stream().anyMatch(mine -> mine.key().equals(step.key()))) {
          throw new DatastoreException(
              "%s is part of a change that is not confirmed yet (%s): confirm or undo that first"
                  .formatted(step.key(), other));
        }
      }
    }
  }

  /// Puts something in place of a record.
  ///
  /// @param changed empty to remove it; is not called if the record is gone
  /// @return the record as it was, if it was there
  Optional<UndoRecord> replace(String id, UnaryOperator<Optional<UndoRecord>> changed) {
    Map<String, UndoRecord> before = new HashMap<>();
    change(
        annotations -> {
          before.clear();
          String json = annotations.remove(PREFIX + id);
          if (json != null) {
            UndoRecord record = UndoRecord.parse(id, json);
            before.put(id, record);
            changed
                .apply(Optional.of(record))
                .ifPresent(after -> annotations.put(PREFIX + id, after.json()));
          }
          return annotations;
        });
    return Optional.ofNullable(before.get(id));
  }

  /// Lets a change stay.
  ///
  /// @return what it was: only a pending one can be confirmed, a failed one is forgotten
  public Optional<UndoRecord> confirm(String id) {
    return replace(id, found -> found.filter(record -> record.state() == UndoRecord.State.UNDOING));
  }

  /// Gives a pending change another deadline.
  ///
  /// @return whether it was still pending
  public boolean prolong(String id, Instant deadline) {
    return replace(
            id,
            found ->
                found.map(
                    record ->
                        record.state() == UndoRecord.State.PENDING
                            ? record.withDeadline(deadline)
                            : record))
        .filter(record -> record.state() == UndoRecord.State.PENDING)
        .isPresent();
  }

  private void change(UnaryOperator<Map<String, String>> change) {
    for (int i = 0; i < TRIES; i++) {
      ClusterInformation before =
          (ClusterInformation)
              store
                  .get(PLACE)
                  .orElseThrow(
                      () -> new DatastoreException(PLACE + " is not there: no cluster uses it"));
      Map<String, String> annotations =
          change.apply(new HashMap<>(before.metadata().annotations()));
      if (annotations.equals(before.metadata().annotations())) {
        return;
      }
      Metadata metadata = before.metadata().withAnnotations(annotations);
      if (store.update(before.withMetadata(metadata)) instanceof WriteResult.Written) {
        return;
      }
    }
    throw new DatastoreException(PLACE + " is written by others all the time");
  }
}
