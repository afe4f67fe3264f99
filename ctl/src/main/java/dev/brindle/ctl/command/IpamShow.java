// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.ipam.AddressText;
import dev.brindle.ctl.ipam.BorrowedTable;
import dev.brindle.ctl.ipam.UsageTable;
import dev.brindle.ctl.output.BoxTable;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.Allocator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ipam show`.
@Command(name = "show", description = "Show how many addresses are in use, or who has one.")
public final class IpamShow implements Callable<Integer> {

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
      world.out().print(access.<String>withIpam(config, store -> holder(store, parsed)));
      return 0;
    }
    world.out().print(access.<String>withIpam(config, this::text));
    return 0;
  }

  static IpAddress parse(String text) {
    return IpAddress.tryParse(text)
        .orElseThrow(() -> ClientException.argument("invalid IP address specified: " + text));
  }

  private String text(Datastore store) {
    if (showsBorrowed && !showsBlocks) {
      return BorrowedTable.of(new Allocator(store).poolUsage());
    }
    return showsConfiguration && !showsBlocks
        ? configuration(store)
        : UsageTable.of(new Allocator(store).poolUsage(), showsBlocks);
  }

  private static String holder(Datastore store, IpAddress address) {
    return AddressText.of(address, new Allocator(store).assignment(address));
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
}
