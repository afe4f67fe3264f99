// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.ProductVersion;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.StoreNews;
import dev.brindle.datastore.Feed;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `version`.
@Command(name = "version", description = "Show the versions of this program and of the cluster.")
public final class VersionCommand implements Callable<Integer> {

  private static final String UNKNOWN = "unknown";
  private static final Pattern DURATION = Pattern.compile("([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+");

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private ConfigOption config;

  @Option(names = "--client", description = "Do not ask the cluster.")
  private boolean isClientOnly;

  @Option(
      names = "--poll",
      paramLabel = "DURATION",
      description = "Go on, and show the cluster's version and type again when they change.")
  private @Nullable String poll;

  public VersionCommand(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    showClient(world, access.version());
    if (isClientOnly) {
      return 0;
    }
    if (poll != null) {
      return follow(poll);
    }
    Optional<ClusterInformation> cluster = access.cluster(config);
    if (cluster.isEmpty()) {
      throw new ClientException(
          "unable to retrieve Cluster Version or Type: there is no ClusterInformation");
    }
    world.out().print(text(cluster.get()));
    return 0;
  }

  /// The lines about this program.
  public static void showClient(Surroundings world, ProductVersion version) {
    world.out().println("Client Version:    " + version);
    world.out().println("Git commit:        " + version.commit());
  }

  private static String text(ClusterInformation cluster) {
    ClusterInformation.Spec spec = cluster.spec();
    return "Cluster Version:   %s%nCluster Type:      %s%n"
        .formatted(orUnknown(spec.calicoVersion()), orUnknown(spec.clusterType()));
  }

  /// The store tells of changes by itself, so nothing is asked again and again. Ends when it is
  /// interrupted, or when nobody reads any more.
  private int follow(String period) {
    if (!DURATION.matcher(period).matches()) {
      throw new ClientException("invalid poll duration specified: " + period);
    }
    return access.unchecked(
        config,
        store -> {
          var news = new StoreNews();
          try (Feed _ = store.feed(List.of(ResourceKind.CLUSTER_INFORMATION), news)) {
            String shown = "";
            while (!world.out().checkError()) {
              for (Change change : news.takeNext()) {
                String text =
                    change
                        .value()
                        .map(ClusterInformation.class::cast)
                        .map(VersionCommand::text)
                        .orElse("");
                world.out().print(text.equals(shown) ? "" : text);
                shown = text;
              }
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          return 0;
        });
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }
}
