// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.net.IpAddress;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ipam.Allocator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ipam release`.
@Command(
    name = "release",
    description = "Free an address that nobody uses any more, or all that reports found.")
public final class IpamRelease implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(names = "--ip", paramLabel = "IP", description = "The address.")
  private @Nullable String ip;

  @Option(
      names = "--from-report",
      paramLabel = "FILE",
      split = ",",
      description = "Reports of ipam check; what all of them found is freed.")
  private List<String> reports = List.of();

  @Option(
      names = "--force",
      description = "Go on although a report is of another version, or the datastore not locked.")
  private boolean isForced;

  public IpamRelease(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    if (!reports.isEmpty()) {
      return access.withIpam(
          config,
          store ->
              new ReportRelease(store, world, access.version().toString(), isForced).run(reports));
    }
    String text = ip;
    if (text == null) {
      throw new ClientException("expected --ip IP or --from-report FILE");
    }
    IpAddress address = IpamShow.parse(text);
    List<IpAddress> freed =
        access.withIpam(config, store -> new Allocator(store).releaseIps(List.of(address)));
    if (freed.isEmpty()) {
      throw new ClientException("IP address %s is not assigned".formatted(address));
    }
    world.out().println("Successfully released IP address " + address);
    return 0;
  }
}
