// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeBatch.Entry;
import dev.brindle.datastore.feed.ChangeSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnWritesTest {

  private static final Set<ResourceKind> KINDS =
      Set.of(ResourceKind.IPAM_HANDLE, ResourceKind.IPAM_BLOCK);

  private final OwnWrites own = new OwnWrites();

  private void note(long revision, ResourceKind kind, String name) {
    own.note(new Entry(ResourceKey.of(kind, name), revision, Optional.empty()));
  }

  @Test
  void whatCameSinceInOrderTheNewestOfEachKey() {
    note(5, ResourceKind.IPAM_HANDLE, "a");
    note(6, ResourceKind.IPAM_BLOCK, "b");
    note(7, ResourceKind.NODE, "n");
    note(8, ResourceKind.IPAM_HANDLE, "a");

    ChangeBatch batch = own.since(4, KINDS).orElseThrow();

    assertThat(batch.revision()).isEqualTo(8);
    assertThat(batch.isComplete()).isFalse();
    assertThat(batch.entries()).extracting(Entry::revision).containsExactly(6L, 8L);
    assertThat(own.since(6, KINDS).orElseThrow().entries())
        .extracting(Entry::revision)
        .containsExactly(8L);
  }

  @Test
  void aBatchOfNothingStillLeadsOn() {
    note(5, ResourceKind.NODE, "n");

    ChangeBatch batch = own.since(4, KINDS).orElseThrow();

    assertThat(batch.entries()).isEmpty();
    assertThat(batch.revision()).isEqualTo(5);
  }

  @Test
  void nothingIsSaidOfWhatSomebodyElseMayHaveWritten() {
    assertThat(own.since(4, KINDS)).isEmpty();
    note(5, ResourceKind.IPAM_BLOCK, "b");

    assertThat(own.since(3, KINDS)).as("before the first").isEmpty();
    assertThat(own.since(5, KINDS)).as("behind the last").isEmpty();
    assertThat(own.since(6, KINDS)).as("of a newer store").isEmpty();
    assertThat(own.since(ChangeSource.BEGINNING, KINDS)).isEmpty();

    note(7, ResourceKind.IPAM_BLOCK, "b"); // 6 is another process's
    assertThat(own.since(4, KINDS)).isEmpty();
    assertThat(own.since(5, KINDS)).isEmpty();
    assertThat(own.since(6, KINDS)).isPresent();
  }

  @Test
  void aStoreThatWasCopiedBackBeginsAnew() {
    note(50, ResourceKind.IPAM_BLOCK, "b");
    note(12, ResourceKind.IPAM_BLOCK, "b");

    assertThat(own.since(49, KINDS)).isEmpty();
    assertThat(own.since(11, KINDS)).isPresent();
  }

  @Test
  void onlySoManyAreKept() {
    for (int i = 1; i <= 1_000; i++) {
      note(i, ResourceKind.IPAM_BLOCK, "b" + i);
    }

    assertThat(own.since(900, KINDS)).isEmpty();
    assertThat(own.since(990, KINDS).orElseThrow().entries()).hasSize(10);
  }
}
