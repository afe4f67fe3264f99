// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.undo;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.KeptStatus;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes a change back, last step first. Each step looks first whether it is still needed, and is
/// written under the revision it looked at: so it may be cut short and begun again, and many may
/// carry it out at once. What somebody else has written since stays, and is told.
public final class Undo {

  private static final int TRIES = 10;

  private final Datastore store;
  private final UndoRecords records;

  public Undo(Datastore store) {
    this.store = store;
    this.records = new UndoRecords(store);
  }

  /// What became of it.
  ///
  /// @param undone what is as it was before
  /// @param faults what is not, and why
  public record Outcome(List<String> undone, List<String> faults) {

    public Outcome {
      undone = List.copyOf(undone);
      faults = List.copyOf(faults);
    }
  }

  /// @return empty if there is no such change, or it has been confirmed, or failed before
  /// @throws DatastoreException if the store could not be asked: begin again, nothing is lost
  public Optional<Outcome> run(String id) {
    Optional<UndoRecord> found =
        records
            .replace(
                id,
                before ->
                    before.map(
                        record ->
                            record.state() == UndoRecord.State.PENDING
                                ? record.withState(UndoRecord.State.UNDOING, List.of())
                                : record))
            .filter(record -> record.state() != UndoRecord.State.FAILED);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Outcome outcome = takeBack(found.get());
    records.replace(
        id,
        before ->
            outcome.faults().isEmpty()
                ? Optional.empty()
                : before.map(
                    record -> record.withState(UndoRecord.State.FAILED, outcome.faults())));
    return Optional.of(outcome);
  }

  /// The same for a change whose record may be gone: what was written after it had been taken back.
  public Outcome takeBack(UndoRecord record) {
    List<String> undone = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (UndoStep step : record.steps().reversed()) {
      Optional<String> fault = takeBack(step);
      fault.ifPresentOrElse(
          why -> faults.add("%s: %s".formatted(step.key(), why)),
          () -> undone.add(step.key().toString()));
    }
    return new Outcome(undone, faults);
  }

  /// @return why it could not be; a store that cannot be asked is no such reason
  private Optional<String> takeBack(UndoStep step) {
    for (int i = 0; i < TRIES; i++) {
      Optional<Resource> now = store.get(step.key());
      try {
        switch (step.need(now)) {
          case NONE -> {
            return Optional.empty();
          }
          case CONFLICT -> {
            return Optional.of(
                now.isPresent()
                    ? "somebody has changed it since, it stays as it is now"
                    : "somebody has deleted it since, it stays so");
          }
          case UNDO -> {
            Optional<String> fault = write(step, now.orElseThrow());
            if (fault.isPresent()) {
              return fault;
            }
          }
        }
      } catch (ResourceFormatException e) {
        return Optional.of("what it was cannot be read: " + e.getMessage());
      }
    }
    return Optional.of("somebody writes it all the time");
  }

  /// Whether it was written shows when it is looked at again.
  private Optional<String> write(UndoStep step, Resource now) {
    String revision = now.metadata().resourceVersion();
    Optional<Resource> before = step.resource();
    if (before.isPresent()) {
      Resource restored =
          before
              .get()
              .withMetadata(
                  now.metadata()
                      .withLabels(before.get().metadata().labels())
                      .withAnnotations(before.get().metadata().annotations()));
      WriteResult _ = store.update(KeptStatus.of(now, restored));
      return Optional.empty();
    }
    if (now instanceof IpPool pool && isInUse(pool)) {
      return Optional.of(
          "addresses have been given out from it, so it stays: delete it when they are back");
    }
    WriteResult _ = store.delete(step.key(), revision);
    return Optional.empty();
  }

  private boolean isInUse(IpPool pool) {
    return store.list(ResourceKind.IPAM_BLOCK).stream()
        .anyMatch(block -> ((IpamBlock) block).spec().cidr().overlaps(pool.spec().cidr()));
  }
}
