// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `replace`.
@Command(name = "replace", description = "Store resources in place of those that are there.")
public final class Replace implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  public Replace(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    List<Manifest> resources =
        input.read(new Manifests(world.in()), access.namespaces(config, input.namespace, false));
    return access.withInitialized(config, store -> run(store, resources));
  }

  private int run(Datastore store, List<Manifest> resources) {
    ResourceClient client = new ResourceClient(store);
    return new Batch("replace", "replaced")
        .run(resources, resource -> client.replace(resource), world);
  }
}
