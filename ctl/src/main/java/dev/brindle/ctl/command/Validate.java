// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.validation.Defaults;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.Checks;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.ctl.input.NamespaceRules;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `validate`.
@Command(name = "validate", description = "Check resources without a datastore.")
public final class Validate implements Callable<Integer> {

  private final Surroundings world;

  @Mixin private InputOptions input;

  @SuppressWarnings("UnusedVariable") // taken for calicoctl's sake, there is no store to open
  @Mixin
  private ConfigOption config;

  public Validate(Surroundings world) {
    this.world = world;
  }

  @Override
  public Integer call() {
    return new Batch("validate", "validated")
        .run(
            input.read(new Manifests(world.in()), NamespaceRules.of(input.namespace)),
            resource -> Checks.named(Defaults.fill(resource)),
            world);
  }
}
