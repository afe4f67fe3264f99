// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.ctl.output.BatchText;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `delete`.
@Command(name = "delete", description = "Remove resources, by file or by kind and name.")
public final class Delete implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  @Option(
      names = {"-s", "--skip-not-exists"},
      description = "A resource that is not there is no error.")
  private boolean skipsMissing;

  @Parameters(arity = "0..*", paramLabel = "KIND NAME...")
  private List<String> arguments = List.of();

  /// What to remove.
  ///
  /// @param revision empty for whichever is the latest
  private record Target(ResourceKey key, String revision) {}

  public Delete(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    List<Target> targets = input.filename == null ? named() : ofFiles();
    if (targets.isEmpty()) {
      world.out().println("No resources specified");
      return 0;
    }
    return access.with(config, store -> run(store, targets));
  }

  private List<Target> ofFiles() {
    return input
        .read(new Manifests(world.in()), access.namespaces(config, input.namespace, false))
        .stream()
        .map(Manifest::resource)
        .map(resource -> new Target(key(resource), resource.metadata().resourceVersion()))
        .toList();
  }

  private static ResourceKey key(Resource resource) {
    Metadata metadata = resource.metadata();
    if (metadata.name().isEmpty()) {
      throw new ClientException("resource name may not be empty");
    }
    return resource.key();
  }

  private List<Target> named() {
    ResourceKind kind = InputOptions.kind(arguments);
    if (arguments.size() == 1) {
      throw new ClientException("resource name may not be empty");
    }
    String namespace = access.namespaces(config, input.namespace, false).resolve(kind, "");
    return arguments.subList(1, arguments.size()).stream()
        .map(name -> new Target(new ResourceKey(kind, namespace, name), ""))
        .toList();
  }

  private int run(Datastore store, List<Target> targets) {
    ResourceClient client = new ResourceClient(store);
    List<String> handled = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (Target target : targets) {
      try {
        remove(client, target);
        handled.add(target.key().toString());
      } catch (ClientException | DatastoreException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    List<ResourceKind> kinds = targets.stream().map(target -> target.key().kind()).toList();
    BatchText text = new BatchText("delete", "deleted", kinds, handled, errors);
    world.out().print(text.out());
    world.err().print(text.err());
    return text.isSuccess() ? 0 : 1;
  }

  private void remove(ResourceClient client, Target target) {
    try {
      client.delete(target.key(), target.revision());
    } catch (ClientException e) {
      if (!skipsMissing || e.reason() != ClientException.Reason.MISSING) {
        throw e;
      }
    }
  }
}
