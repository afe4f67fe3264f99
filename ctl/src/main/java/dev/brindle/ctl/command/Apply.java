// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.datastore.Datastore;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `apply`.
@Command(name = "apply", description = "Store resources, whether they are there or not.")
public final class Apply implements Callable<Integer> {

  private static final Pattern TIME = Pattern.compile("[0-9]{1,6}[smh]");
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofHours(24);

  private final Surroundings world;
  private final StoreAccess access;
  private final UndoKeeperStart keeper;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  @Option(
      names = "--dry-run",
      description = "Store nothing; show what would change, in the store and on the nodes.")
  private boolean isDryRun;

  @Option(
      names = "--confirm",
      paramLabel = "TIME",
      description =
          "Undo all of it after TIME (60s, 5m, 1h) unless it is confirmed: see confirm and undo.")
  private @Nullable String confirm;

  /// @param keeper undoes what is not confirmed
  public Apply(Surroundings world, StoreAccess access, UndoKeeperStart keeper) {
    this.world = world;
    this.access = access;
    this.keeper = keeper;
  }

  @Override
  public Integer call() {
    List<Manifest> resources =
        input.read(new Manifests(world.in()), access.namespaces(config, input.namespace, false));
    Optional<Duration> time = Optional.ofNullable(confirm).map(Apply::time);
    if (isDryRun) {
      return access.with(config, store -> new DryRun(store, world).run(resources));
    }
    if (time.isPresent()) {
      return access.withInitialized(
          config,
          store ->
              new ConfirmedApply(store, world, keeper, config.file, new SplittableRandom())
                  .run(resources, time.get()));
    }
    return access.withInitialized(config, store -> run(store, resources));
  }

  private static Duration time(String text) {
    Matcher found = TIME.matcher(text);
    if (!found.matches()) {
      throw new ClientException(
          "--confirm '%s': expected a time such as 60s, 5m or 1h".formatted(text));
    }
    Duration time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new ClientException("--confirm '%s': expected from 2s to 24h".formatted(text));
    }
    return time;
  }

  private int run(Datastore store, List<Manifest> resources) {
    ResourceClient client = new ResourceClient(store);
    return new Batch("apply", "applied").run(resources, resource -> client.apply(resource), world);
  }
}
