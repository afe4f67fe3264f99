// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.time.Duration;

/// A datastore that is written as YAML, and the wait for what was written.
final class Cluster {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final MemoryDatastore datastore = new MemoryDatastore();

  MemoryDatastore datastore() {
    return datastore;
  }

  /// @param yaml one resource, from `kind` on
  Resource put(String yaml) {
    return put(
        ResourceCodec.read("apiVersion: projectcalico.org/v3\n" + yaml.stripIndent()).getFirst());
  }

  Resource put(Resource resource) {
    Resource stamped =
        datastore
            .get(resource.key())
            .map(
                old ->
                    resource.withMetadata(
                        resource.metadata().withResourceVersion(old.metadata().resourceVersion())))
            .orElse(resource);
    WriteResult result =
        stamped.metadata().resourceVersion().isEmpty()
            ? datastore.create(stamped)
            : datastore.update(stamped);
    assertThat(result).isInstanceOf(WriteResult.Written.class);
    return ((WriteResult.Written) result).resource();
  }

  void delete(ResourceKey key) {
    assertThat(datastore.delete(key)).isInstanceOf(WriteResult.Written.class);
  }

  /// Puts the resource, and waits until the machine's kernel has it and all that was put before: an
  /// endpoint that is written after it is told after it.
  void put(Machine machine, String yaml) throws InterruptedException {
    put(yaml);
    settle(machine);
  }

  void settle(Machine machine) throws InterruptedException {
    Resource endpoint =
        datastore.list(ResourceKind.WORKLOAD_ENDPOINT).stream()
            .filter(found -> machine.owns(found))
            .findFirst()
            .orElseThrow();
    Metadata metadata = put(endpoint).metadata();
    assertThat(machine.agent().awaitInForce(endpoint.key(), metadata.resourceVersion(), PATIENCE))
        .as("in force, but %s", machine.report())
        .isTrue();
  }
}
