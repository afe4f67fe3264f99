// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Resource;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.OverlayStore;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.effect.Difference;
import dev.brindle.ctl.effect.LineDiff;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `diff`.
@Command(
    name = "diff",
    description = "Show what apply would change. Exit code: 0 nothing, 1 something, 2 an error.")
public final class Diff implements Callable<Integer> {

  private static final int SAME = 0;
  private static final int DIFFERENT = 1;
  private static final int FAILED = 2;

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  public Diff(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    try {
      List<Manifest> manifests =
          input.read(new Manifests(world.in()), access.namespaces(config, input.namespace, false));
      return access.with(config, store -> run(store, manifests));
    } catch (ClientException e) {
      world.err().println(e.getMessage());
      return FAILED;
    }
  }

  private int run(Datastore store, List<Manifest> manifests) {
    var overlay = new OverlayStore(store);
    var client = new ResourceClient(overlay);
    List<String> errors = new ArrayList<>();
    for (Manifest manifest : manifests) {
      try {
        client.apply(manifest.resource());
      } catch (ClientException e) {
        errors.add((manifests.size() > 1 ? manifest + ": " : "") + e.getMessage());
      }
    }
    List<Difference> differences =
        overlay.differences().stream().filter(found -> !found.isNothing()).toList();
    differences.forEach(difference -> world.out().print(text(difference)));
    errors.forEach(world.err()::println);
    if (!errors.isEmpty()) {
      return FAILED;
    }
    return differences.isEmpty() ? SAME : DIFFERENT;
  }

  private static String text(Difference difference) {
    String name = difference.key().toString();
    return LineDiff.of(
        difference.before().isPresent() ? name + " as stored" : "/dev/null",
        yaml(difference.before()),
        name + " as applied",
        yaml(difference.after()));
  }

  private static String yaml(Optional<Resource> resource) {
    return resource.map(ResourceCodec::yaml).orElse("");
  }
}
