// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ClusterLock;
import dev.brindle.ctl.client.PoolReplacement;
import dev.brindle.ctl.ipam.PoolSplit;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ipam split`.
@Command(name = "split", description = "Cut an IP pool into smaller ones.")
public final class IpamSplit implements Callable<Integer> {

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(names = "--cidr", paramLabel = "CIDR", description = "The pool, by its network.")
  private @Nullable String cidr;

  @Option(names = "--name", paramLabel = "NAME", description = "The pool, by its name.")
  private @Nullable String name;

  @Parameters(arity = "0..*", paramLabel = "NUMBER")
  private List<String> arguments = List.of();

  public IpamSplit(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    if (arguments.size() != 1) {
      throw new ClientException("accepts 1 arg(s), NUMBER, received " + arguments.size());
    }
    if ((cidr == null) == (name == null)) {
      throw new ClientException("expected either --cidr CIDR or --name NAME");
    }
    int parts = number(arguments.getFirst());
    return access.with(config, store -> run(store, parts));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new ClientException("number to split CIDR into is not a valid power of 2: " + text);
    }
  }

  private int run(Datastore store, int parts) {
    if (!new ClusterLock(store).isShut()) {
      throw new ClientException(
          "datastore is not locked. Run the `calicoctl datastore migrate lock` command in order"
              + " split the IP pools");
    }
    IpPool pool = pool(store);
    List<IpPool> smaller = PoolSplit.of(pool, parts);
    new PoolReplacement(store).replace(pool, smaller);
    world
        .out()
        .print(
            "IP Pool %s was successfully split into %d smaller pools."
                .formatted(pool.metadata().name(), parts));
    smaller.forEach(
        part ->
            world
                .out()
                .println(
                    "Created %s with CIDR %s."
                        .formatted(part.metadata().name(), part.spec().cidr())));
    world.out().print("Please refer to the documentation for final steps.");
    return 0;
  }

  private IpPool pool(Datastore store) {
    return store.list(ResourceKind.IP_POOL).stream()
        .map(IpPool.class::cast)
        .filter(this::isMeant)
        .findFirst()
        .orElseThrow(
            () ->
                new ClientException(
                    name == null
                        ? "unable to find IP pool covering the specified CIDR " + cidr
                        : "unable to find IP pool with name " + name));
  }

  private boolean isMeant(IpPool pool) {
    String network = cidr;
    return network == null
        ? pool.metadata().name().equals(name)
        : Cidr.tryParse(network).filter(pool.spec().cidr()::equals).isPresent();
  }
}
