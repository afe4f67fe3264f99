// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreContract;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.RecordingListener;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryDatastoreTest extends DatastoreContract {

  @Override
  protected Datastore open() {
    return new MemoryDatastore();
  }

  @Test
  void failsWhenTold() {
    try (var store = new MemoryDatastore()) {
      store.goDown("no quorum");

      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .isInstanceOf(DatastoreException.class)
          .hasMessageContaining("no quorum");
      assertThatThrownBy(() -> store.create(tier("a", 1))).isInstanceOf(DatastoreException.class);

      store.comeBack();
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
    }
  }

  @Test
  void aFeedSurvivesAPassingFault() throws Exception {
    try (var store = new MemoryDatastore()) {
      store.goDown("no quorum");
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
        store.comeBack();
        written(store.create(tier("a", 1)));
        heard.awaitInSync();
        heard.await("+Tier(a)");
      }
    }
  }
}
