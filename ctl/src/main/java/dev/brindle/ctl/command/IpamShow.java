// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.ipam.AddressText;
import dev.brindle.ctl.ipam.Borrowed;
import dev.brindle.ctl.ipam.UsageRow;
import dev.brindle.ctl.output.BoxTable;
import dev.brindle.datastore.Datastore;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ipam show`.
@Command(name = "show", description = "Show how many addresses are in use, or who has one.")
public final class IpamShow implements Callable<Integer> {

  private static final Set<Integer> NUMBERS = Set.of(2, 3, 4, 5);

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(names = "--ip", paramLabel = "IP", description = "Show who has this address.")
  private @Nullable String ip;

  @Option(names = "--show-blocks", description = "Show the blocks of each pool too.")
  private boolean showsBlocks;

  @Option(names = "--show-borrowed", description = "Show addresses in blocks of other nodes.")
  private boolean showsBorrowed;

  @Option(names = "--show-configuration", description = "Show the settings of IPAM.")
  private boolean showsConfiguration;

  public IpamShow(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    String address = ip;
    if (address != null) {
      IpAddress parsed = parse(address);
      world
          .out()
          .print(access.<String>with(config, store -> AddressText.of(parsed, blocks(store))));
      return 0;
    }
    world.out().print(access.<String>with(config, this::text));
    return 0;
  }

  static IpAddress parse(String text) {
    return IpAddress.tryParse(text)
        .orElseThrow(
            () ->
                new ClientException(
                    "Error executing command: invalid IP address specified: " + text));
  }

  private String text(Datastore store) {
    if (showsBorrowed && !showsBlocks) {
      return borrowed(blocks(store));
    }
    return showsConfiguration && !showsBlocks ? configuration(store) : usage(store);
  }

  private String usage(Datastore store) {
    var table =
        new BoxTable(
            List.of("GROUPING", "CIDR", "IPS TOTAL", "IPS IN USE", "IPS RESERVED", "IPS FREE"),
            NUMBERS);
    List<IpamBlock> blocks = blocks(store);
    List<IpPool> pools = store.list(ResourceKind.IP_POOL).stream().map(IpPool.class::cast).toList();
    for (IpPool pool : pools) {
      table.row(UsageRow.ofPool(pool, blocks).cells().toArray(String[]::new));
      if (showsBlocks) {
        blocks.stream()
            .filter(block -> pool.spec().cidr().contains(block.spec().cidr()))
            .forEach(block -> table.row(UsageRow.ofBlock(block).cells().toArray(String[]::new)));
      }
    }
    if (showsBlocks) {
      blocks.stream()
          .filter(
              block ->
                  pools.stream()
                      .noneMatch(pool -> pool.spec().cidr().contains(block.spec().cidr())))
          .forEach(block -> table.row(UsageRow.ofBlock(block).cells().toArray(String[]::new)));
    }
    return table.toString();
  }

  private static String borrowed(List<IpamBlock> blocks) {
    var table =
        new BoxTable("IP", "BORROWING-NODE", "BLOCK", "BLOCK OWNER", "TYPE", "ALLOCATED-TO");
    blocks.stream()
        .flatMap(block -> Borrowed.in(block.spec()).stream())
        .forEach(found -> table.row(found.cells().toArray(String[]::new)));
    long unknown = blocks.stream().mapToLong(block -> Borrowed.withoutNode(block.spec())).sum();
    if (unknown == 0) {
      return table.toString();
    }
    return table
        + """

        Note: found %d IP allocations without an explicit node association. Unable to determine if \
        they are borrowed.
        """
            .formatted(unknown);
  }

  private static String configuration(Datastore store) {
    IpamConfig.Spec spec =
        store
            .get(ResourceKey.of(ResourceKind.IPAM_CONFIG, IpamConfig.DEFAULT))
            .map(found -> ((IpamConfig) found).spec())
            .orElse(IpamConfig.Spec.DEFAULTS);
    var table = new BoxTable("PROPERTY", "VALUE");
    table.row("StrictAffinity", Boolean.toString(spec.strictAffinity()));
    table.row("AutoAllocateBlocks", spec.autoAllocateBlocks().orElse(true).toString());
    table.row("MaxBlocksPerHost", Integer.toString(spec.maxBlocksPerHost()));
    table.row(
        "KubeVirtVMAddressPersistence",
        spec.kubeVirtVMAddressPersistence().isEmpty()
            ? "Enabled"
            : spec.kubeVirtVMAddressPersistence());
    table.row("IPCooldownSeconds", Integer.toString(spec.ipCooldownSeconds()));
    return table.toString();
  }

  private static List<IpamBlock> blocks(Datastore store) {
    return store.list(ResourceKind.IPAM_BLOCK).stream()
        .map(IpamBlock.class::cast)
        .sorted(Comparator.comparing(block -> block.spec().cidr()))
        .toList();
  }
}
