// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `create`.
@Command(name = "create", description = "Store resources that are not there yet.")
public final class Create implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  @Option(names = "--skip-exists", description = "A resource that is there already is no error.")
  private boolean skipsExisting;

  public Create(Surroundings world, StoreAccess access) {
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
    return new Batch("create", "created")
        .run(resources, resource -> create(client, resource), world);
  }

  private void create(ResourceClient client, Resource resource) {
    try {
      client.create(resource);
    } catch (ClientException e) {
      if (!skipsExisting || e.reason() != ClientException.Reason.ALREADY_EXISTS) {
        throw e;
      }
    }
  }
}
