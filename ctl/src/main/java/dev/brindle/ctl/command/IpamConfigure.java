// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.datastore.Datastore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ipam configure`.
@Command(name = "configure", description = "Change the settings of IPAM.")
public final class IpamConfigure implements Callable<Integer> {

  private static final int UNSET = -1;

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(
      names = "--strictaffinity",
      paramLabel = "BOOL",
      description = "Nodes use their own blocks only.")
  private @Nullable String strictAffinity;

  @Option(names = "--max-blocks-per-host", paramLabel = "N", description = "0 for no limit.")
  private @Nullable String maxBlocks;

  @Option(
      names = "--kubevirt-ip-persistence",
      paramLabel = "MODE",
      description = "Enabled or Disabled.")
  private @Nullable String persistence;

  @Option(
      names = "--ip-cooldown-seconds",
      paramLabel = "N",
      description = "How long a released address rests.")
  private int cooldown = UNSET;

  public IpamConfigure(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    List<String> said = new ArrayList<>();
    access.withIpam(config, store -> write(store, said));
    said.forEach(line -> world.out().println("Successfully set " + line));
    return 0;
  }

  private boolean write(Datastore store, List<String> said) {
    var key = ResourceKey.of(ResourceKind.IPAM_CONFIG, IpamConfig.DEFAULT);
    IpamConfig before =
        store
            .get(key)
            .map(IpamConfig.class::cast)
            .orElseGet(
                () -> new IpamConfig(Metadata.named(IpamConfig.DEFAULT), IpamConfig.Spec.DEFAULTS));
    IpamConfig after = new IpamConfig(before.metadata(), changed(before.spec(), said));
    if (said.isEmpty()) {
      throw new ClientException("at least one configuration option must be specified");
    }
    new ResourceClient(store).apply(after);
    return true;
  }

  private IpamConfig.Spec changed(IpamConfig.Spec before, List<String> said) {
    boolean strict = before.strictAffinity();
    int most = before.maxBlocksPerHost();
    String persists =
        before.kubeVirtVMAddressPersistence().isEmpty()
            ? "Enabled"
            : before.kubeVirtVMAddressPersistence();
    int rest = before.ipCooldownSeconds();
    if (strictAffinity != null) {
      strict = truth(strictAffinity);
      said.add("StrictAffinity to: " + strict);
    }
    if (maxBlocks != null) {
      most = number(maxBlocks);
      said.add("MaxBlocksPerHost to: " + most);
    }
    if (persistence != null) {
      persists = mode(persistence);
      said.add("KubeVirtVMAddressPersistence to: " + persists);
    }
    if (cooldown != UNSET) {
      rest = cooldown;
      said.add("IPCooldownSeconds to: " + rest);
    }
    return new IpamConfig.Spec(strict, before.autoAllocateBlocks(), most, persists, rest);
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new ClientException("invalid value. Use true or false to set strictaffinity");
    };
  }

  private static int number(String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw new ClientException("invalid value for maxblockhost. Use a valid number");
    }
  }

  private static String mode(String text) {
    if (!text.equals("Enabled") && !text.equals("Disabled")) {
      throw new ClientException(
          "invalid value for --kubevirt-ip-persistence. Use Enabled or Disabled");
    }
    return text;
  }
}
