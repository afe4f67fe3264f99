// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.undo.Undo;
import dev.brindle.datastore.undo.UndoRecord;
import dev.brindle.datastore.undo.UndoRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `undo`: takes back what `apply --confirm` did, now or when its time has come.
@Command(name = "undo", description = "Undo an apply --confirm now, before its time.")
public final class UndoCommand implements Callable<Integer> {

  /// Of the process that lives on.
  public static final String KEEP = "--when-due";

  /// What that one says when it has read the change.
  public static final String READY = "ready";

  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofDays(1);

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "Which one; not needed if there is only one.")
  private @Nullable String id;

  @Option(names = KEEP, hidden = true)
  private boolean waits;

  public UndoCommand(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    return access.unchecked(
        config,
        store -> {
          UndoRecord record = Confirm.chosen(new UndoRecords(store), Optional.ofNullable(id));
          return waits ? keep(store, record) : undo(store, record);
        });
  }

  private int undo(Datastore store, UndoRecord record) {
    return tell(record, new Undo(store).run(record.id()));
  }

  private int tell(UndoRecord record, Optional<Undo.Outcome> outcome) {
    if (outcome.isEmpty()) {
      throw new ClientException(
          "%s is not to be undone any more: it was confirmed, or could not be undone before"
              .formatted(record.id()));
    }
    world.out().print(Confirm.text(record, outcome.get()));
    return outcome.get().faults().isEmpty() ? 0 : 1;
  }

  /// Until it is done, or somebody else has done it. A store that is away comes back. The time may
  /// change, so it is looked at again and again.
  private int keep(Datastore store, UndoRecord seen) {
    world.out().println(READY);
    Instant last = seen.deadline().plus(PATIENCE);
    var records = new UndoRecords(store);
    String trouble = "";
    while (Instant.now().isBefore(last)) {
      try {
        Optional<UndoRecord> record = records.find(seen.id());
        if (record.filter(found -> found.state() != UndoRecord.State.FAILED).isEmpty()) {
          world.out().println("nothing to do any more: confirmed, or undone by others");
          return 0;
        }
        last = record.get().deadline().plus(PATIENCE);
        if (record.get().isDue(Instant.now())) {
          return tell(seen, new Undo(store).run(seen.id()));
        }
      } catch (DatastoreException e) {
        String words = "will try again: " + e.getMessage();
        if (!words.equals(trouble)) {
          world.out().println(words);
        }
        trouble = words;
      }
      rest(seen);
    }
    throw new ClientException(
        "given up after a day: %s is neither confirmed nor undone".formatted(seen));
  }

  private static void rest(UndoRecord seen) {
    try {
      Thread.sleep(EACH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted: %s is not undone by this process".formatted(seen));
    }
  }
}
