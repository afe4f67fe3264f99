// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ClusterLock;
import dev.brindle.ctl.migrate.Export;
import dev.brindle.ctl.migrate.ImportFile;
import dev.brindle.datastore.connect.DatastoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `datastore`, and `datastore migrate` below it.
@Command(name = "datastore", description = "Lock the datastore, and take it somewhere else.")
public final class DatastoreCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new ClientException("expected one of: datastore migrate, migrate-policy-names");
  }

  /// `datastore migrate`: nothing by itself.
  @Command(name = "migrate", description = "Take what is stored to another datastore.")
  public static final class Migrate implements Callable<Integer> {

    @Override
    public Integer call() {
      throw new ClientException("expected one of: datastore migrate export, import, lock, unlock");
    }
  }

  /// `datastore migrate-policy-names`.
  @Command(
      name = "migrate-policy-names",
      description = "Store policies of Calico before v3.32 under the names that they have today.")
  public static final class MigratePolicyNames implements Callable<Integer> {

    private final Surroundings world;
    private final StoreAccess access;

    @Mixin private ConfigOption config;

    public MigratePolicyNames(Surroundings world, StoreAccess access) {
      this.world = world;
      this.access = access;
    }

    @Override
    public Integer call() {
      int moved = access.with(config, store -> store.movePolicies(() -> {}));
      world.out().println("Policy name migration complete, migrated %d policies.".formatted(moved));
      return 0;
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
      String type = access.type(config);
      if (type.equals(DatastoreSettings.KUBERNETES)) {
        throw new ClientException(
            "invalid datastore type: %s to export from for datastore migration. Datastore type must be etcdv3"
                .formatted(type));
      }
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

  /// `datastore migrate import`.
  @Command(
      name = "import",
      description = "Put what was exported from etcd into Kubernetes, once, and lock it.")
  public static final class MigrateImport implements Callable<Integer> {

    private static final long LONGEST_FILE = 512L * 1024 * 1024;

    private final Surroundings world;
    private final StoreAccess access;

    @Mixin private ConfigOption config;

    @Option(
        names = {"-f", "--filename"},
        paramLabel = "FILE",
        required = true,
        description = "What 'datastore migrate export' printed.")
    private Path file = Path.of("");

    public MigrateImport(Surroundings world, StoreAccess access) {
      this.world = world;
      this.access = access;
    }

    @Override
    public Integer call() {
      String type = access.type(config);
      if (!type.equals(DatastoreSettings.KUBERNETES)) {
        throw new ClientException(
            "invalid datastore type: %s to import to for datastore migration. Datastore type must be kubernetes"
                .formatted(type));
      }
      byte[] bytes = bytes();
      ImportFile parsed =
          ImportFile.parse(file.toString(), new String(bytes, StandardCharsets.UTF_8));
      return access.unchecked(
          config, store -> new ImportRun(store, parsed, digest(bytes), world).run());
    }

    private byte[] bytes() {
      try {
        if (Files.size(file) > LONGEST_FILE) {
          throw new ClientException(
              "failed to execute command: %s is longer than %d bytes"
                  .formatted(file, LONGEST_FILE));
        }
        return Files.readAllBytes(file);
      } catch (NoSuchFileException e) {
        throw new ClientException(
            "failed to execute command: open %s: no such file or directory".formatted(file));
      } catch (IOException e) {
        throw new ClientException(
            "failed to execute command: cannot read %s: %s".formatted(file, e.getMessage()));
      }
    }

    private static String digest(byte[] bytes) {
      try {
        return "sha256:"
            + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
