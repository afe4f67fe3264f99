// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ClusterLock;
import dev.brindle.ctl.migrate.Export;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `datastore`, and `datastore migrate` below it.
@Command(name = "datastore", description = "Lock the datastore, and take it somewhere else.")
public final class DatastoreCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new ClientException("expected: datastore migrate");
  }

  /// `datastore migrate`: nothing by itself.
  @Command(name = "migrate", description = "Take what is stored to another datastore.")
  public static final class Migrate implements Callable<Integer> {

    @Override
    public Integer call() {
      throw new ClientException("expected one of: datastore migrate export, lock, unlock");
    }
  }

  /// `datastore migrate lock` and `unlock`.
  @Command(description = "Stop the giving out of addresses and the starting of pods, or go on.")
  public static final class Lock implements Callable<Integer> {

    private final Surroundings world;
    private final StoreAccess access;
    private final boolean isShut;

    @Mixin private ConfigOption config;

    public Lock(Surroundings world, StoreAccess access, boolean isShut) {
      this.world = world;
      this.access = access;
      this.isShut = isShut;
    }

    @Override
    public Integer call() {
      access.withInitialized(
          config,
          store -> {
            new ClusterLock(store).set(isShut);
            return 0;
          });
      world.out().println(isShut ? "Datastore locked." : "Datastore unlocked.");
      return 0;
    }
  }

  /// `datastore migrate export`.
  @Command(name = "export", description = "Print all that is stored, once it is locked.")
  public static final class MigrateExport implements Callable<Integer> {

    private final Surroundings world;
    private final StoreAccess access;

    @Mixin private ConfigOption config;

    public MigrateExport(Surroundings world, StoreAccess access) {
      this.world = world;
      this.access = access;
    }

    @Override
    public Integer call() {
      world
          .out()
          .print(
              access.<String>with(
                  config,
                  store -> {
                    var lock = new ClusterLock(store);
                    if (!lock.isShut()) {
                      throw new ClientException(
                          "datastore is not locked. Run the `calicoctl datastore migrate lock`"
                              + " command in order to begin migration");
                    }
                    return new Export(store::list, lock.information()).text();
                  }));
      return 0;
    }
  }
}
