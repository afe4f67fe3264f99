// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.etcd.layout.EtcdKeys;
import dev.brindle.datastore.etcd.layout.EtcdValues;
import dev.brindle.datastore.feed.ChangeBatch;
import io.etcd.jetcd.KeyValue;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What etcd has under a key, read as a resource.
final class EtcdEntry {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdEntry.class);

  private EtcdEntry() {}

  /// @return empty for what is no resource of these kinds. One that cannot be read is an entry
  ///     without a value: it must not hide the others
  static Optional<ChangeBatch.Entry> of(KeyValue stored, Set<ResourceKind> kinds) {
    String path = EtcdCalls.text(stored.getKey());
    return EtcdKeys.key(path)
        .filter(key -> kinds.contains(key.kind()))
        .map(key -> entry(path, key, stored));
  }

  private static ChangeBatch.Entry entry(String path, ResourceKey key, KeyValue stored) {
    long revision = stored.getModRevision();
    try {
      Resource resource = EtcdValues.read(path, key, EtcdCalls.text(stored.getValue()), revision);
      return new ChangeBatch.Entry(resource.key(), revision, Optional.of(resource));
    } catch (ResourceFormatException e) {
      LOG.warn("{} cannot be read and counts as absent: {}", path, e.getMessage());
      return new ChangeBatch.Entry(key, revision, Optional.empty());
    }
  }
}
