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
import picocli.CommandLine.Option;

/// `apply`.
@Command(name = "apply", description = "Store resources, whether they are there or not.")
public final class Apply implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  @Option(
      names = "--dry-run",
      description = "Store nothing; show what would change, in the store and on the nodes.")
  private boolean isDryRun;

  public Apply(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    List<Manifest> resources =
        input.read(new Manifests(world.in()), access.namespaces(config, input.namespace, false));
    if (isDryRun) {
      return access.with(config, store -> new DryRun(store, world).run(resources));
    }
    return access.withInitialized(config, store -> run(store, resources));
  }

  private int run(Datastore store, List<Manifest> resources) {
    ResourceClient client = new ResourceClient(store);
    return new Batch("apply", "applied").run(resources, resource -> client.apply(resource), world);
  }
}
