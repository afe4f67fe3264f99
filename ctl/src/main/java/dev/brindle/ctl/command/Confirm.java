// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.undo.Undo;
import dev.brindle.datastore.undo.UndoRecord;
import dev.brindle.datastore.undo.UndoRecords;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `confirm`: what `apply --confirm` did stays.
@Command(name = "confirm", description = "Let stay what an apply --confirm did.")
public final class Confirm implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "Which one; not needed if there is only one.")
  private @Nullable String id;

  public Confirm(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    return access.unchecked(
        config,
        store -> {
          var records = new UndoRecords(store);
          UndoRecord wanted = chosen(records, Optional.ofNullable(id));
          UndoRecord record = records.confirm(wanted.id()).orElseThrow(() -> gone(wanted.id()));
          switch (record.state()) {
            case PENDING -> world.out().println("Confirmed " + record);
            case FAILED -> {
              world.out().println("Forgotten " + record + ". It was undone but for:");
              record.faults().forEach(fault -> world.out().println("  " + fault));
            }
            case UNDOING ->
                throw new ClientException(
                    "too late: %s is being undone. Apply it again when that has ended"
                        .formatted(record));
          }
          return 0;
        });
  }

  private static ClientException gone(String id) {
    return new ClientException(
        "there is no unconfirmed change %s: it was confirmed, or undone when its time had come"
            .formatted(id));
  }

  /// @throws ClientException if it is not there, or nobody can tell which is meant
  static UndoRecord chosen(UndoRecords records, Optional<String> id) {
    if (id.isPresent()) {
      return records.find(id.get()).orElseThrow(() -> gone(id.get()));
    }
    List<UndoRecord> all = records.all();
    if (all.isEmpty()) {
      throw new ClientException("there is no unconfirmed change");
    }
    if (all.size() > 1) {
      throw new ClientException(
          all.stream()
              .map(record -> "\n  " + record)
              .collect(Collectors.joining("", "expected the ID of one of these:", "")));
    }
    return all.getFirst();
  }

  /// What became of one that was undone.
  static String text(UndoRecord record, Undo.Outcome outcome) {
    StringBuilder text = new StringBuilder();
    if (outcome.faults().isEmpty()) {
      text.append("Undone ").append(record).append('\n');
      return text.toString();
    }
    text.append("Undone in part only: ").append(record).append('\n');
    outcome.undone().forEach(key -> text.append("  as before: ").append(key).append('\n'));
    outcome.faults().forEach(fault -> text.append("  NOT UNDONE: ").append(fault).append('\n'));
    return text.append("See to these, then: confirm ").append(record.id()).append('\n').toString();
  }
}
