// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.OverlayStore;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.effect.Difference;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.undo.Undo;
import dev.brindle.datastore.undo.UndoRecord;
import dev.brindle.datastore.undo.UndoRecords;
import dev.brindle.datastore.undo.UndoStep;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Applies, and has it undone unless somebody confirms it. The plan of the undoing is stored, and
/// its keeper lives, before the first write; what goes wrong before that leaves the store as it
/// was.
///
/// @param configFile of `-c`
record ConfirmedApply(
    Datastore store,
    Surroundings world,
    UndoKeeperStart keeper,
    String configFile,
    RandomGenerator random) {

  /// For its keeper to come to life.
  private static final Duration STARTING = Duration.ofSeconds(60);

  /// A short time to confirm is no short time to write.
  private static final Duration WRITING = Duration.ofSeconds(20);

  /// Made from what Kubernetes has, or written by programs all the time.
  private static final Set<ResourceKind> OTHERS =
      Set.of(ResourceKind.NODE, ResourceKind.WORKLOAD_ENDPOINT, ResourceKind.PROFILE);

  /// @return the exit code
  int run(List<Manifest> manifests, Duration time) {
    List<UndoStep> steps = rehearse(manifests);
    if (steps.isEmpty()) {
      world.out().println("Nothing would change, so there is nothing to confirm.");
      return 0;
    }
    var record =
        new UndoRecord(
            HexFormat.of().toHexDigits(random.nextInt()),
            System.getProperty("user.name"),
            now().plus(STARTING),
            UndoRecord.State.PENDING,
            steps,
            List.of());
    var records = new UndoRecords(store);
    records.add(record);
    String log = kept(records, record);
    Duration writing = time.compareTo(WRITING) > 0 ? time : WRITING;
    Instant begin = now();
    if (!records.prolong(record.id(), begin.plus(writing))) {
      throw new ClientException("nothing was applied: somebody has confirmed or undone it already");
    }
    int exit = apply(manifests, begin.plus(writing.dividedBy(2)));
    if (exit != 0) {
      return undone(record);
    }
    Instant deadline = now().plus(time);
    if (!prolonged(records, record, deadline)) {
      // its keeper was faster than our writes: those that came late have to go too
      return undone(record);
    }
    world
        .out()
        .printf(
            "Undone at %s unless confirmed: %s confirm %s%n(what undoes it writes to %s)%n",
            deadline, name(), record.id(), log);
    return 0;
  }

  private String name() {
    return world.program().replaceFirst("^kubectl-", "kubectl ");
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /// What would be changed, if all of it can be.
  private List<UndoStep> rehearse(List<Manifest> manifests) {
    var overlay = new OverlayStore(store);
    var client = new ResourceClient(overlay);
    List<String> errors = new ArrayList<>();
    for (Manifest manifest : manifests) {
      try {
        if (OTHERS.contains(manifest.resource().kind())) {
          throw new ClientException(
              "a %s cannot be undone: apply it without --confirm"
                  .formatted(manifest.resource().kind()));
        }
        client.apply(manifest.resource());
      } catch (ClientException e) {
        errors.add("%s: %s".formatted(manifest, e.getMessage()));
      }
    }
    if (!errors.isEmpty()) {
      throw new ClientException(
          "nothing was applied, as not all of it can be:\n  " + String.join("\n  ", errors));
    }
    return overlay.differences().stream()
        .filter(difference -> !difference.isNothing())
        .map(ConfirmedApply::step)
        .toList();
  }

  private static UndoStep step(Difference difference) {
    Resource after = difference.after().orElseThrow();
    return UndoStep.of(difference.key(), difference.before(), after);
  }

  private String kept(UndoRecords records, UndoRecord record) {
    try {
      return keeper.start(record.id(), configFile);
    } catch (ClientException e) {
      records.confirm(record.id()); // nothing was written that could be undone
      throw e;
    }
  }

  /// Writes begin in the first half of the time only: each may take long, and must be over when
  /// undoing begins.
  private int apply(List<Manifest> manifests, Instant last) {
    ResourceClient client = new ResourceClient(store);
    return new Batch("apply", "applied")
        .run(
            manifests,
            resource -> {
              if (Instant.now().isAfter(last)) {
                throw new ClientException(
                    "it takes too long: all has to be written in half of the time of --confirm, or 10 s");
              }
              client.apply(resource);
            },
            world);
  }

  private boolean prolonged(UndoRecords records, UndoRecord record, Instant deadline) {
    try {
      return records.prolong(record.id(), deadline);
    } catch (DatastoreException e) {
      world.err().println("the time could not be prolonged: " + e.getMessage());
      return true; // it is undone sooner
    }
  }

  private int undone(UndoRecord record) {
    var undo = new Undo(store);
    try {
      Optional<Undo.Outcome> outcome = undo.run(record.id());
      world.err().print(Confirm.text(record, outcome.orElseGet(() -> undo.takeBack(record))));
    } catch (DatastoreException e) {
      world
          .err()
          .printf(
              "%s%nIt is undone at %s if the store can be reached then.%n",
              e.getMessage(), record.deadline());
    }
    return 1;
  }
}
