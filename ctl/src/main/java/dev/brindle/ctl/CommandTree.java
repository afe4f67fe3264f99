// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import dev.brindle.ctl.bgp.Bgp;
import dev.brindle.ctl.command.Apply;
import dev.brindle.ctl.command.Cluster;
import dev.brindle.ctl.command.ClusterDiags;
import dev.brindle.ctl.command.Completion;
import dev.brindle.ctl.command.Confirm;
import dev.brindle.ctl.command.Convert;
import dev.brindle.ctl.command.Create;
import dev.brindle.ctl.command.DatastoreCommand;
import dev.brindle.ctl.command.Delete;
import dev.brindle.ctl.command.Diff;
import dev.brindle.ctl.command.Get;
import dev.brindle.ctl.command.Ipam;
import dev.brindle.ctl.command.IpamCheck;
import dev.brindle.ctl.command.IpamConfigure;
import dev.brindle.ctl.command.IpamRelease;
import dev.brindle.ctl.command.IpamShow;
import dev.brindle.ctl.command.IpamSplit;
import dev.brindle.ctl.command.Label;
import dev.brindle.ctl.command.Node;
import dev.brindle.ctl.command.NodeCheckSystem;
import dev.brindle.ctl.command.NodeDiags;
import dev.brindle.ctl.command.NodeRun;
import dev.brindle.ctl.command.NodeStatus;
import dev.brindle.ctl.command.Patch;
import dev.brindle.ctl.command.Replace;
import dev.brindle.ctl.command.Root;
import dev.brindle.ctl.command.StoreAccess;
import dev.brindle.ctl.command.UndoCommand;
import dev.brindle.ctl.command.Validate;
import dev.brindle.ctl.command.VersionCommand;
import dev.brindle.ctl.system.SystemFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;

/// Which commands there are. Only the one that is called is put together: the others would cost
/// more time than most commands need.
final class CommandTree {

  private static final List<String> OPTIONS_WITH_VALUE = List.of("-l", "--log-level", "--context");

  private final Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();

  private final Stores stores;
  private final StoreAccess access;

  CommandTree(Surroundings world, Stores stores) {
    this.stores = stores;
    this.access = new StoreAccess(stores, ProductVersion.ofThisProgram());
    commands.put("create", () -> new CommandLine(new Create(world, access)));
    commands.put(
        "apply",
        () ->
            new CommandLine(
                new Apply(world, access, new DetachedKeeper(world.environment(), stores))));
    commands.put("confirm", () -> new CommandLine(new Confirm(world, access)));
    commands.put("undo", () -> new CommandLine(new UndoCommand(world, access)));
    commands.put("replace", () -> new CommandLine(new Replace(world, access)));
    commands.put("delete", () -> new CommandLine(new Delete(world, access)));
    commands.put("diff", () -> new CommandLine(new Diff(world, access)));
    commands.put("get", () -> new CommandLine(new Get(world, access)));
    commands.put("patch", () -> new CommandLine(new Patch(world, access)));
    commands.put("label", () -> new CommandLine(new Label(world, access)));
    commands.put("validate", () -> new CommandLine(new Validate(world)));
    commands.put("convert", () -> new CommandLine(new Convert(world)));
    commands.put("ipam", () -> ipam(world, access));
    commands.put("node", () -> node(world));
    commands.put("bgp", () -> Bgp.commands(world));
    commands.put("version", () -> new CommandLine(new VersionCommand(world, access)));
    commands.put(
        "completion", () -> new CommandLine(new Completion(world, () -> forArguments(List.of()))));
    commands.put("datastore", () -> datastore(world, access));
    commands.put(
        "cluster",
        () ->
            new CommandLine(new Cluster())
                .addSubcommand("diags", new ClusterDiags(world, "kubectl")));
  }

  private static CommandLine ipam(Surroundings world, StoreAccess access) {
    return new CommandLine(new Ipam())
        .addSubcommand("show", new IpamShow(world, access))
        .addSubcommand("release", new IpamRelease(world, access))
        .addSubcommand("configure", new IpamConfigure(world, access))
        .addSubcommand("check", new IpamCheck(world, access))
        .addSubcommand("split", new IpamSplit(world, access));
  }

  private static CommandLine datastore(Surroundings world, StoreAccess access) {
    CommandLine migrate =
        new CommandLine(new DatastoreCommand.Migrate())
            .addSubcommand("export", new DatastoreCommand.MigrateExport(world, access))
            .addSubcommand("import", new DatastoreCommand.MigrateImport(world, access))
            .addSubcommand("lock", new DatastoreCommand.Lock(world, access, true))
            .addSubcommand("unlock", new DatastoreCommand.Lock(world, access, false));
    return new CommandLine(new DatastoreCommand())
        .addSubcommand("migrate", migrate)
        .addSubcommand(
            "migrate-policy-names", new DatastoreCommand.MigratePolicyNames(world, access));
  }

  private static CommandLine node(Surroundings world) {
    return new CommandLine(new Node())
        .addSubcommand("status", new NodeStatus(world))
        .addSubcommand("run", NodeRun.create())
        .addSubcommand("diags", new NodeDiags(world, SystemFiles.ofThisMachine()))
        .addSubcommand("checksystem", new NodeCheckSystem(world, SystemFiles.ofThisMachine()));
  }

  CommandLine forArguments(List<String> args) {
    var root = new CommandLine(new Root(stores, access));
    Optional<String> called = called(args).filter(commands::containsKey);
    commands.forEach(
        (name, command) -> {
          if (called.isEmpty() || called.get().equals(name)) {
            root.addSubcommand(name, command.get());
          }
        });
    return root;
  }

  /// The first argument that is neither an option nor the value of one.
  private static Optional<String> called(List<String> args) {
    for (int i = 0; i < args.size(); i++) {
      if (OPTIONS_WITH_VALUE.contains(args.get(i))) {
        i++;
      } else if (!args.get(i).startsWith("-")) {
        return Optional.of(args.get(i));
      }
    }
    return Optional.empty();
  }
}
