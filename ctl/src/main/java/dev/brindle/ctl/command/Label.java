// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `label`.
@Command(name = "label", description = "Set or remove labels of a resource.")
public final class Label implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of the resource. Default: default.")
  private String namespace = "";

  @Option(names = "--overwrite", description = "Change a label that is there.")
  private boolean overwrites;

  @Option(names = "--remove", description = "Remove labels; only their keys are given.")
  private boolean removes;

  @Parameters(arity = "0..*", paramLabel = "KIND NAME KEY=VALUE...")
  private List<String> arguments = List.of();

  public Label(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    if (arguments.size() < 3) {
      throw new ClientException(
          "requires at least 3 arg(s), KIND NAME KEY=VALUE, only received " + arguments.size());
    }
    ResourceKind kind = InputOptions.kind(arguments);
    String resolved = access.namespaces(config, namespace, false).resolve(kind, "");
    var key = new ResourceKey(kind, resolved, arguments.get(1));
    List<String> said = access.with(config, store -> change(store, key));
    said.forEach(world.out()::println);
    return 0;
  }

  private List<String> change(Datastore store, ResourceKey key) {
    ResourceClient client = new ResourceClient(store);
    String thing = arguments.getFirst() + " " + key.name();
    Resource before = existing(client, key, thing);
    Map<String, String> labels = new TreeMap<>(before.metadata().labels());
    List<String> said =
        arguments.subList(2, arguments.size()).stream()
            .map(text -> removes ? remove(labels, text, thing) : set(labels, text, thing))
            .toList();
    client.replace(before.withMetadata(before.metadata().withLabels(labels)));
    return said;
  }

  private static Resource existing(ResourceClient client, ResourceKey key, String thing) {
    try {
      return client.get(key);
    } catch (ClientException e) {
      if (e.reason() == ClientException.Reason.MISSING) {
        throw new ClientException(thing + " not found");
      }
      throw new ClientException("failed to get %s, error %s".formatted(thing, e.getMessage()));
    }
  }

  private static String remove(Map<String, String> labels, String key, String thing) {
    if (labels.remove(key) == null) {
      throw new ClientException(
          "cannot remove label of %s, key %s does not exist".formatted(thing, key));
    }
    return "Successfully removed label %s from %s".formatted(key, thing);
  }

  private String set(Map<String, String> labels, String text, String thing) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new ClientException("invalid label " + text);
    }
    String key = text.substring(0, equals);
    String before = labels.put(key, text.substring(equals + 1));
    if (before != null && !overwrites && !before.equals(text.substring(equals + 1))) {
      throw new ClientException(
          ("failed to update label of %s, key %s is already present. please use '--overwrite' to"
                  + " set a new value")
              .formatted(thing, key));
    }
    return "Successfully %s label %s on %s"
        .formatted(before == null ? "set" : "updated", key, thing);
  }
}
