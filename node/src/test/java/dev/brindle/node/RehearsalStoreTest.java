// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalStoreTest {

  @TempDir Path base;

  @Test
  void besideAStoreInAFileItIsOneInAFileAndGoesWithItsFiles() {
    Path directory = base.resolve("rehearsal");
    try (EmbeddedDatastore own = EmbeddedDatastore.open(base.resolve("own.db"))) {
      try (RehearsalStore store = RehearsalStore.like(own, directory)) {
        assertThat(store.datastore()).isInstanceOf(EmbeddedDatastore.class).isNotSameAs(own);
        assertThat(directory.resolve("store.db")).exists();
      }
      assertThat(directory).doesNotExist();
      own.check();
    }
  }

  @Test
  void whatAKilledOneLeftIsTakenAway() throws Exception {
    Path directory = Files.createDirectories(base.resolve("rehearsal/store.db-bell"));
    Files.writeString(directory.resolveSibling("store.db"), "half a store");
    try (EmbeddedDatastore own = EmbeddedDatastore.open(base.resolve("own.db"));
        RehearsalStore store = RehearsalStore.like(own, base.resolve("rehearsal"))) {
      assertThat(store.datastore()).isInstanceOf(EmbeddedDatastore.class);
    }
    assertThat(base.resolve("rehearsal")).doesNotExist();
  }

  @Test
  void whereNoFileCanBeItIsInMemory() throws Exception {
    Path file = Files.writeString(base.resolve("file"), "");
    try (EmbeddedDatastore own = EmbeddedDatastore.open(base.resolve("own.db"));
        RehearsalStore store = RehearsalStore.like(own, file.resolve("rehearsal"))) {
      assertThat(store.datastore()).isInstanceOf(MemoryDatastore.class);
    }
  }

  @Test
  void besideAnyOtherStoreItIsInMemory() {
    try (RehearsalStore store = RehearsalStore.like(new MemoryDatastore(), base)) {
      assertThat(store.datastore()).isInstanceOf(MemoryDatastore.class);
    }
    assertThat(base).exists();
  }
}
