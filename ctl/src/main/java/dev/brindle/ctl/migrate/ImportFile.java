// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.migrate;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.Defaults;
import dev.brindle.ctl.client.Checks;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.codec.PlacedResource;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The text of an export, taken apart and checked as far as it can be without a store.
///
/// @param resources what people wrote, in the order in which one refers to another
/// @param cluster what it came from
/// @param ipam IPAM's records, in the order in which an address is given out
/// @param repeatedNodes names of nodes that the file has more than once, of which the last counts
public record ImportFile(
    List<Resource> resources,
    ClusterInformation cluster,
    List<Resource> ipam,
    List<String> repeatedNodes) {

  private static final String SEPARATOR = "(?m)^===[ \\t]*\\r?$";
  private static final int PARTS = 3;

  public ImportFile {
    resources = List.copyOf(resources);
    ipam = List.copyOf(ipam);
    repeatedNodes = List.copyOf(repeatedNodes);
  }

  /// @param name of the file
  /// @throws ClientException if it is no export, with all that is wrong with its resources
  public static ImportFile parse(String name, String text) {
    String[] parts = text.split(SEPARATOR, -1);
    if (parts.length != PARTS) {
      throw new ClientException(
          "imported file: %s is improperly formatted. Try recreating with 'calicoctl export' (%d parts, expected %d with === between them)"
              .formatted(name, parts.length, PARTS));
    }
    List<String> faults = new ArrayList<>();
    List<Resource> resources = resources(name, parts[0], faults);
    List<String> repeatedNodes = keepLastNodes(resources);
    ClusterInformation cluster = cluster(name, parts[1]);
    List<Resource> ipam = IpamImport.read(name, parts[2]);
    refuseRepeated(name, resources, faults);
    refuseRepeated(name, ipam, faults);
    if (!faults.isEmpty()) {
      throw new ClientException(
          "nothing was imported, as the file cannot be imported whole:\n  "
              + String.join("\n  ", faults));
    }
    return new ImportFile(resources, cluster, ipam, repeatedNodes);
  }

  private static List<Resource> resources(String name, String text, List<String> faults) {
    List<Resource> resources = new ArrayList<>();
    for (PlacedResource found : placed(name, "first", text)) {
      String where = "%s, %s".formatted(name, found.place());
      ResourceKind kind = found.resource().kind();
      try {
        if (!Export.KINDS.contains(kind)) {
          throw new ClientException("no %s belongs into an export".formatted(kind));
        }
        Resource resource = bare(Defaults.fill(found.resource()));
        Checks.alone(resource);
        resources.add(resource);
      } catch (ClientException | IllegalArgumentException e) {
        faults.add(
            "%s(%s) in %s: %s"
                .formatted(kind, found.resource().metadata().name(), where, e.getMessage()));
      }
    }
    resources.sort(Comparator.comparingInt(resource -> rank(resource.kind())));
    return resources;
  }

  /// Revision, uid and time are those of another store.
  private static Resource bare(Resource resource) {
    return resource.withMetadata(resource.metadata().withIdentity("", "", ""));
  }

  /// Policies refer to tiers, and peers to filters; the settings of nodes come last.
  private static int rank(ResourceKind kind) {
    return switch (kind) {
      case TIER, BGP_FILTER -> 0;
      case NODE -> 2;
      default -> 1;
    };
  }

  private static List<PlacedResource> placed(String name, String part, String text) {
    try {
      return ResourceCodec.readPlaced(text);
    } catch (ResourceFormatException e) {
      throw new ClientException(
          "imported file: %s is improperly formatted: its %s part: %s"
              .formatted(name, part, e.getMessage()));
    }
  }

  private static ClusterInformation cluster(String name, String text) {
    List<PlacedResource> found = placed(name, "second", text);
    if (found.size() == 1
        && found.getFirst().resource() instanceof ClusterInformation cluster
        && !cluster.spec().clusterGUID().isEmpty()) {
      return cluster;
    }
    throw new ClientException(
        "imported file: %s is improperly formatted: its second part is not one ClusterInformation with a clusterGUID"
            .formatted(name));
  }

  /// Several nodes of etcd may be one node of Kubernetes; calicoctl writes one over the other, too.
  private static List<String> keepLastNodes(List<Resource> resources) {
    Set<ResourceKey> seen = new HashSet<>();
    Set<String> repeated = new TreeSet<>();
    for (int i = resources.size() - 1; i >= 0; i--) {
      Resource resource = resources.get(i);
      if (resource.kind() == ResourceKind.NODE && !seen.add(resource.key())) {
        repeated.add(resource.metadata().name());
        resources.remove(i);
      }
    }
    return List.copyOf(repeated);
  }

  private static void refuseRepeated(String name, List<Resource> resources, List<String> faults) {
    Set<ResourceKey> seen = new HashSet<>();
    for (Resource resource : resources) {
      if (!seen.add(resource.key())) {
        faults.add("%s is in %s twice".formatted(resource.key(), name));
      }
    }
  }
}
