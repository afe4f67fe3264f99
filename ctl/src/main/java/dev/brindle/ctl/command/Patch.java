// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.NotEnforced;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.input.MergePatch;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `patch`.
@Command(name = "patch", description = "Change some fields of a resource.")
public final class Patch implements Callable<Integer> {

  /// What Jackson adds about the place where something began, which it does not show.
  private static final Pattern SOURCE = Pattern.compile(" \\(start marker at .*\\)");

  private static final String FAILED = "performing strategic merge patch: ";

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace of the resource. Default: default.")
  private String namespace = "";

  @Option(
      names = {"-p", "--patch"},
      paramLabel = "JSON",
      required = true,
      description = "The fields to change; null removes one.")
  private String patch = "";

  @Option(
      names = {"-t", "--type"},
      paramLabel = "TYPE",
      description = "strategic, json or merge; all do the same.")
  private String type = "strategic";

  @Parameters(arity = "0..*", paramLabel = "KIND NAME")
  private List<String> arguments = List.of();

  public Patch(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    if (!List.of("strategic", "json", "merge").contains(type)) {
      throw new ClientException("unknown patch type %s".formatted(type));
    }
    if (arguments.size() != 2) {
      throw new ClientException("accepts 2 arg(s), KIND NAME, received " + arguments.size());
    }
    ResourceKind kind = InputOptions.kind(arguments);
    String resolved = access.namespaces(config, namespace, false).resolve(kind, "");
    var key = new ResourceKey(kind, resolved, arguments.get(1));
    Resource written = access.with(config, store -> change(store, key));
    NotEnforced.notice(written).ifPresent(world.err()::println);
    world.out().println("Successfully patched 1 '%s' resource".formatted(written.kind()));
    return 0;
  }

  private Resource change(Datastore store, ResourceKey key) {
    ResourceClient client = new ResourceClient(store);
    Resource after = patched(client.get(key));
    if (!after.key().equals(key)) {
      throw new ClientException(
          FAILED + "a patch cannot turn %s into %s".formatted(key, after.key()));
    }
    try {
      return client.replace(after);
    } catch (ClientException e) {
      throw new ClientException("updating existing resource: " + e.getMessage());
    }
  }

  private Resource patched(Resource before) {
    try {
      JsonMapper json = new JsonMapper();
      JsonNode merged =
          MergePatch.apply(json.readTree(ResourceCodec.json(before)), json.readTree(patch));
      return ResourceCodec.read(merged.toString()).getFirst();
    } catch (JsonProcessingException e) {
      throw new ClientException(
          FAILED
              + "the patch is not JSON: "
              + SOURCE.matcher(e.getOriginalMessage()).replaceAll(""));
    } catch (ResourceFormatException e) {
      throw e.unknownField()
          .map(ClientException::unknownField)
          .orElseGet(() -> new ClientException(FAILED + e.getMessage()));
    }
  }
}
