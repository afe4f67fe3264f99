// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A tier whose order is changed from 1 to 2, and a pool that is new.
final class UndoTest {

  private static final ResourceKey TIER = ResourceKey.of(ResourceKind.TIER, "t");
  private static final ResourceKey POOL = ResourceKey.of(ResourceKind.IP_POOL, "p");

  private final MemoryDatastore store = new MemoryDatastore();
  private final UndoRecords records = new UndoRecords(store);
  private UndoRecord record = record("00000001", Instant.EPOCH, List.of());

  private static Resource tier(int order) {
    return ResourceCodec.readStored(
        ResourceKind.TIER,
        "{\"metadata\": {\"name\": \"t\"}, \"spec\": {\"order\": %d}}".formatted(order));
  }

  private static Resource pool() {
    return ResourceCodec.readStored(
        ResourceKind.IP_POOL,
        "{\"metadata\": {\"name\": \"p\"}, \"spec\": {\"cidr\": \"10.0.0.0/16\"}}");
  }

  private static UndoRecord record(String id, Instant deadline, List<UndoStep> steps) {
    return new UndoRecord(id, "ann", deadline, UndoRecord.State.PENDING, steps, List.of());
  }

  @BeforeEach
  void cluster() {
    store.create(
        new ClusterInformation(
            Metadata.named(ClusterInformation.DEFAULT),
            new ClusterInformation.Spec("", "", "", Optional.of(true), "")));
    store.create(tier(1));
    record =
        record(
            "00000001",
            Instant.EPOCH,
            List.of(
                UndoStep.of(TIER, store.get(TIER), tier(2)),
                UndoStep.of(POOL, Optional.empty(), pool())));
  }

  private void change() {
    write(tier(2));
    store.create(pool());
  }

  private void write(Resource resource) {
    String revision = store.get(resource.key()).orElseThrow().metadata().resourceVersion();
    store.update(resource.withMetadata(resource.metadata().withResourceVersion(revision)));
  }

  private boolean isAsBefore() {
    return store.get(POOL).isEmpty()
        && UndoStep.of(TIER, store.get(TIER), tier(2))
            .need(Optional.of(tier(1)))
            .equals(UndoStep.Need.NONE)
        && ResourceCodec.stored(store.get(TIER).orElseThrow()).contains("\"order\":1");
  }

  @Test
  void whatWasChangedIsAsBeforeAndTheRecordIsGone() {
    records.add(record);
    change();

    assertThat(new Undo(store).run(record.id()).orElseThrow().faults()).isEmpty();

    assertThat(isAsBefore()).isTrue();
    assertThat(records.all()).isEmpty();
    assertThat(new Undo(store).run(record.id())).isEmpty();
  }

  /// They say how it is now, and not how it was when the change began.
  @Test
  void whatProgramsHaveSaidSinceStays() {
    records.add(record);
    change();
    Map<String, Object> said = Map.of("conditions", List.of(Map.of("type", "Ready")));
    Tier changed = (Tier) store.get(TIER).orElseThrow();
    store.updateStatus(new Tier(changed.metadata(), changed.spec(), said));

    assertThat(new Undo(store).run(record.id()).orElseThrow().faults()).isEmpty();

    assertThat(isAsBefore()).isTrue();
    assertThat(((Tier) store.get(TIER).orElseThrow()).status()).isEqualTo(said);
  }

  /// Each write of the undoing may be the last of who does it.
  @Test
  void whoComesAfterOneThatDiedGoesOn() {
    for (int done = 0; done < 3; done++) {
      change();
      records.add(record);
      if (done > 0) {
        records.replace(
            record.id(),
            found -> found.map(each -> each.withState(UndoRecord.State.UNDOING, List.of())));
      }
      if (done > 1) {
        store.delete(POOL);
      }

      if (done > 0) {
        assertThat(records.confirm(record.id()).map(UndoRecord::state))
            .as("too late")
            .contains(UndoRecord.State.UNDOING);
      }
      assertThat(new Undo(store).run(record.id()).orElseThrow().faults()).isEmpty();
      assertThat(isAsBefore()).isTrue();
    }
  }

  @Test
  void whatNeverCameNeedsNoUndoing() {
    records.add(record);

    assertThat(new Undo(store).run(record.id()).orElseThrow().faults()).isEmpty();

    assertThat(isAsBefore()).isTrue();
  }

  @Test
  void whatOthersWroteOrUseStaysAndIsKept() {
    records.add(record);
    change();
    write(tier(3));
    store.create(
        ResourceCodec.readStored(
            ResourceKind.IPAM_BLOCK,
            "{\"metadata\": {\"name\": \"10-0-0-0-26\"}, \"spec\": {\"cidr\": \"10.0.0.0/26\"}}"));

    Undo.Outcome outcome = new Undo(store).run(record.id()).orElseThrow();

    assertThat(outcome.undone()).isEmpty();
    assertThat(outcome.faults())
        .containsExactly(
            "IPPool(p): addresses have been given out from it, so it stays: delete it when they are"
                + " back",
            "Tier(t): somebody has changed it since, it stays as it is now");
    assertThat(records.find(record.id()).map(UndoRecord::faults)).contains(outcome.faults());
    assertThat(new Undo(store).run(record.id())).as("once is enough").isEmpty();
    assertThat(records.confirm(record.id()).map(UndoRecord::state))
        .contains(UndoRecord.State.FAILED);
    assertThat(records.all()).isEmpty();
  }

  @Test
  void oneResourceIsInOneUnconfirmedChangeOnly() {
    records.add(record);

    assertThatThrownBy(() -> records.add(record("00000002", Instant.EPOCH, record.steps())))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining(
            "Tier(t) is part of a change that is not confirmed yet (00000001 by ann");
  }

  @Test
  void aPlanThatIsTooLongIsRefused() {
    String big = "x".repeat(140_000);
    Resource before = tier(1).withMetadata(Metadata.named("t").withLabels(Map.of("a", big)));

    assertThatThrownBy(
            () ->
                records.add(
                    record(
                        "00000002",
                        Instant.EPOCH,
                        List.of(UndoStep.of(TIER, Optional.of(before), tier(2))))))
        .hasMessageContaining("too much to be undone");
    assertThat(records.all()).isEmpty();
  }

  @Test
  void aDaemonUndoesWhatIsDue() {
    records.add(record);
    change();

    try (var watch = new UndoWatch(store, Duration.ZERO)) {
      assertThat(watch).isNotNull();
      awaitNone();
    }

    assertThat(isAsBefore()).isTrue();
  }

  private void awaitNone() {
    while (!records.all().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aDaemonLeavesWhatIsConfirmedOrNotDue() {
    UndoRecord later = record("00000001", Instant.now().plus(Duration.ofHours(1)), record.steps());
    records.add(later);
    change();
    try (var watch = new UndoWatch(store, Duration.ZERO)) {
      assertThat(watch).isNotNull();
      assertThat(records.confirm(later.id())).isPresent();
      Resource other = pool().withMetadata(Metadata.named("q"));
      records.add(
          record(
              "00000002",
              Instant.EPOCH,
              List.of(UndoStep.of(other.key(), Optional.empty(), other))));
      awaitNone(); // it has heard of both by then
    }
    assertThat(store.get(POOL)).isPresent();
  }

  /// It is not asked for again and again; who may undo it comes in time.
  @Test
  void aDaemonThatMayNotLeavesItToOthers() {
    records.add(record);
    change();
    var asked = new AtomicInteger();
    Datastore refusing =
        (Datastore)
            Proxy.newProxyInstance(
                Datastore.class.getClassLoader(),
                new Class<?>[] {Datastore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("delete")) {
                    asked.incrementAndGet();
                    throw DatastoreException.refusal("this account may delete nothing");
                  }
                  return method.invoke(store, arguments);
                });
    try (var mayNot = new UndoWatch(refusing, Duration.ZERO)) {
      assertThat(mayNot).isNotNull();
      while (asked.get() == 0) {
        Thread.onSpinWait();
      }
      assertThat(records.all()).hasSize(1);
      try (var may = new UndoWatch(store, Duration.ZERO)) {
        assertThat(may).isNotNull();
        awaitNone();
      }
    }
    assertThat(isAsBefore()).isTrue();
  }
}
