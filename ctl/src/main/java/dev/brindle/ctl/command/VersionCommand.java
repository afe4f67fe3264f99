// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `version`.
@Command(name = "version", description = "Show the versions of this program and of the cluster.")
public final class VersionCommand implements Callable<Integer> {

  private static final String UNKNOWN = "unknown";

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(names = "--client", description = "Do not ask the cluster.")
  private boolean isClientOnly;

  public VersionCommand(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    world.out().println("Client Version:    " + access.version());
    world.out().println("Git commit:        " + access.version().commit());
    if (isClientOnly) {
      return 0;
    }
    Optional<ClusterInformation> cluster = access.cluster(config);
    if (cluster.isEmpty()) {
      throw new ClientException(
          "unable to retrieve Cluster Version or Type: there is no ClusterInformation");
    }
    ClusterInformation.Spec spec = cluster.get().spec();
    world.out().println("Cluster Version:   " + orUnknown(spec.calicoVersion()));
    world.out().println("Cluster Type:      " + orUnknown(spec.clusterType()));
    return 0;
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }
}
