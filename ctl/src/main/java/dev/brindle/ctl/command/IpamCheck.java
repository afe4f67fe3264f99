// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ClusterLock;
import dev.brindle.ctl.client.IpamRecords;
import dev.brindle.ctl.ipam.AddressAudit;
import dev.brindle.ctl.ipam.AuditReport;
import dev.brindle.ctl.ipam.AuditText;
import dev.brindle.datastore.Datastore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ipam check`.
@Command(
    name = "check",
    description = "Compare the addresses that are given out with those in use.")
public final class IpamCheck implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(names = "--show-all-ips", description = "Show every address that is checked.")
  private boolean showsAll;

  @Option(
      names = "--show-problem-ips",
      description = "Show addresses that are leaked or not known.")
  private boolean showsProblems;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write a report that ipam release takes.")
  private @Nullable String output;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Of the cluster whose services may have addresses, where the datastore is not Kubernetes."
              + " Without it their addresses are taken to be in use.")
  private @Nullable String kubeconfig;

  public IpamCheck(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    return access.withIpam(config, this::run);
  }

  private int run(Datastore store) {
    ClusterInformation cluster = new ClusterLock(store).information();
    AddressAudit audit = AddressAudit.of(records(store), Instant.now());
    world.out().print(AuditText.of(audit, showsAll, showsProblems));
    if (output != null) {
      write(Path.of(output), AuditReport.text(audit, cluster, access.version().toString()));
    }
    return 0;
  }

  private IpamRecords records(Datastore store) {
    return kubeconfig == null || store.hasServices()
        ? IpamRecords.read(store)
        : IpamRecords.read(
            store, Optional.of(access.withKubernetes(kubeconfig, IpamRecords::services)));
  }

  private static void write(Path file, String report) {
    try {
      Files.writeString(file, report);
    } catch (IOException e) {
      throw new ClientException("cannot write the report: " + e.getMessage());
    }
  }
}
