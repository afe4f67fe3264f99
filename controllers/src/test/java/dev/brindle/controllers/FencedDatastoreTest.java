// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.HandedOn;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FencedDatastoreTest {

  /// What it does not hand on would be what a store says that can do nothing.
  @Test
  void handsOnAllThatAStoreCanDo() {
    assertThat(HandedOn.missing(FencedDatastore.class)).isEmpty();
  }

  @Test
  void onlyTheLeaderWrites() {
    try (var real = new MemoryDatastore()) {
      var leads = new AtomicBoolean(true);
      var store = new FencedDatastore(real, leads::get);
      var pool = new IpPool(Metadata.named("p"), IpPool.Spec.of(Cidr.parse("10.0.0.0/16")));
      Resource written = ((WriteResult.Written) store.create(pool)).resource();
      leads.set(false);

      assertThat(store.get(pool.key())).contains(written);
      for (ThrowingCallable write :
          List.<ThrowingCallable>of(
              () -> store.create(pool),
              () -> store.update(written),
              () -> store.updateStatus(written),
              () -> store.delete(pool.key()),
              () -> store.delete(pool.key(), written.metadata().resourceVersion()),
              () -> store.movePolicies(() -> {}))) {
        assertThatThrownBy(write)
            .isInstanceOf(DatastoreException.class)
            .hasMessageContaining("not the leader any more");
      }
      assertThat(real.get(pool.key())).contains(written);
    }
  }
}
