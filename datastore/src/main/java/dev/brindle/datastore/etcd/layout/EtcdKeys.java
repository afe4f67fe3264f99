// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Where resources are: etcd keys, as text.
///
/// ```
/// /calico/resources/v3/projectcalico.org/<plural>/[<namespace>/]<name>
/// /calico/ipam/v2/assignment/ipv4/block/10.0.0.0-26
/// /calico/ipam/v2/host/<node>/ipv4/block/10.0.0.0-26       (an affinity; or virtual/<name>/...)
/// /calico/ipam/v2/handle/<handle>
/// /calico/ipam/v2/config
/// ```
public final class EtcdKeys {

  static final String DEFAULT_TIER = "default.";

  private static final String RESOURCES = "/calico/resources/v3/projectcalico.org/";
  private static final String IPAM = "/calico/ipam/v2/";
  private static final String BLOCKS = IPAM + "assignment/";
  private static final String HANDLES = IPAM + "handle/";
  private static final String CONFIG = IPAM + "config";
  private static final List<String> OWNER_TYPES = List.of("host", "virtual");

  /// Whose names older writers began with the tier's.
  public static final Set<ResourceKind> POLICIES =
      Set.of(
          ResourceKind.NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY);

  private static final Map<String, ResourceKind> BY_PLURAL =
      Arrays.stream(ResourceKind.values())
          .filter(kind -> !isIpam(kind))
          .collect(Collectors.toMap(ResourceKind::plural, Function.identity()));

  private EtcdKeys() {}

  /// Where a resource is written.
  public static String of(Resource resource) {
    return switch (resource) {
      case IpamBlock block -> BLOCKS + network(block.spec().cidr());
      case BlockAffinity affinity ->
          affinity(affinity.spec().type(), affinity.spec().node(), affinity.spec().cidr());
      case IpamHandle handle -> HANDLES + handle.metadata().name();
      case IpamConfig _ -> CONFIG;
      default -> plain(resource.key());
    };
  }

  /// Where a resource of that key may be, the usual place first. Empty if it can be nowhere: a name
  /// of a block that is no network.
  public static List<String> of(ResourceKey key) {
    return switch (key.kind()) {
      case IPAM_BLOCK ->
          IpamNames.cidr(key.name()).map(cidr -> BLOCKS + network(cidr)).stream().toList();
      case BLOCK_AFFINITY -> affinities(key.name());
      case IPAM_HANDLE -> List.of(HANDLES + key.name());
      case IPAM_CONFIG -> key.name().equals(IpamConfig.DEFAULT) ? List.of(CONFIG) : List.of();
      default ->
          POLICIES.contains(key.kind()) && !key.name().startsWith(DEFAULT_TIER)
              ? List.of(plain(key), plain(withDefaultTier(key)))
              : List.of(plain(key));
    };
  }

  /// Older writers put the tier before the names of its policies.
  private static ResourceKey withDefaultTier(ResourceKey key) {
    return new ResourceKey(key.kind(), key.namespace(), DEFAULT_TIER + key.name());
  }

  /// Which resource is there; empty for all that is none.
  public static Optional<ResourceKey> key(String path) {
    if (path.startsWith(RESOURCES)) {
      return plainKey(path.substring(RESOURCES.length()).split("/", -1));
    }
    if (path.startsWith(BLOCKS)) {
      return cidr(path.substring(BLOCKS.length()))
          .map(cidr -> ResourceKey.of(ResourceKind.IPAM_BLOCK, IpamNames.block(cidr)));
    }
    if (path.startsWith(HANDLES)) {
      String handle = path.substring(HANDLES.length());
      return handle.isEmpty() || handle.contains("/")
          ? Optional.empty()
          : Optional.of(ResourceKey.of(ResourceKind.IPAM_HANDLE, handle));
    }
    if (path.equals(CONFIG)) {
      return Optional.of(ResourceKey.of(ResourceKind.IPAM_CONFIG, IpamConfig.DEFAULT));
    }
    return affinity(path)
        .map(
            place ->
                ResourceKey.of(
                    ResourceKind.BLOCK_AFFINITY, IpamNames.affinity(place.owner(), place.cidr())));
  }

  private static Optional<ResourceKey> plainKey(String[] parts) {
    ResourceKind kind = BY_PLURAL.get(parts[0]);
    int wanted = kind != null && kind.isNamespaced() ? 3 : 2;
    if (kind == null || parts.length != wanted || Arrays.asList(parts).contains("")) {
      return Optional.empty();
    }
    String namespace = kind.isNamespaced() ? parts[1] : "";
    return Optional.of(new ResourceKey(kind, namespace, unescaped(parts[wanted - 1])));
  }

  /// Whose claim on what an affinity's key is.
  ///
  /// @param type of the owner: host or virtual
  record AffinityPlace(String type, String owner, Cidr cidr) {}

  static Optional<AffinityPlace> affinity(String path) {
    for (String type : OWNER_TYPES) {
      String root = IPAM + type + "/";
      int slash = path.indexOf('/', root.length());
      if (path.startsWith(root) && slash > root.length()) {
        return cidr(path.substring(slash + 1))
            .map(
                cidr ->
                    new AffinityPlace(type, unescaped(path.substring(root.length(), slash)), cidr));
      }
    }
    return Optional.empty();
  }

  /// What the keys of all of a kind begin with.
  public static List<String> prefixes(ResourceKind kind) {
    return switch (kind) {
      case IPAM_BLOCK -> List.of(BLOCKS);
      case BLOCK_AFFINITY -> OWNER_TYPES.stream().map(type -> IPAM + type + "/").toList();
      case IPAM_HANDLE -> List.of(HANDLES);
      case IPAM_CONFIG -> List.of(CONFIG);
      default -> List.of(RESOURCES + kind.plural() + "/");
    };
  }

  /// What the keys of those of a kind begin with whose names begin so; those of others may too.
  public static List<String> prefixes(ResourceKind kind, String name) {
    return switch (kind) {
      case BLOCK_AFFINITY -> affinityPrefixes(name);
      case IPAM_HANDLE -> List.of(HANDLES + name);
      case IPAM_BLOCK, IPAM_CONFIG -> prefixes(kind);
      default ->
          kind.isNamespaced() || POLICIES.contains(kind)
              ? prefixes(kind)
              : List.of(RESOURCES + kind.plural() + "/" + name);
    };
  }

  /// What to watch for some kinds: all of Calico's resources at once rather than each kind by
  /// itself, because every watch costs the server, and a node wants nearly all.
  public static List<String> watched(Set<ResourceKind> kinds) {
    if (kinds.size() == 1) {
      return kinds.stream().flatMap(kind -> prefixes(kind).stream()).toList();
    }
    return kinds.stream().map(kind -> isIpam(kind) ? IPAM : RESOURCES).distinct().sorted().toList();
  }

  private static boolean isIpam(ResourceKind kind) {
    return switch (kind) {
      case BLOCK_AFFINITY, IPAM_BLOCK, IPAM_CONFIG, IPAM_HANDLE -> true;
      default -> false;
    };
  }

  private static String plain(ResourceKey key) {
    String namespace = key.namespace().isEmpty() ? "" : key.namespace() + "/";
    return RESOURCES + key.kind().plural() + "/" + namespace + key.name();
  }

  /// The name does not say where the owner ends: a node may be called `a-10`.
  private static List<String> affinities(String name) {
    List<String> places = new ArrayList<>();
    for (int dash = name.lastIndexOf('-'); dash > 0; dash = name.lastIndexOf('-', dash - 1)) {
      String owner = name.substring(0, dash);
      IpamNames.cidr(name.substring(dash + 1))
          .ifPresent(cidr -> OWNER_TYPES.forEach(type -> places.add(affinity(type, owner, cidr))));
    }
    return places;
  }

  /// The owner may end at any dash, or go on after the prefix.
  private static List<String> affinityPrefixes(String name) {
    List<String> prefixes = new ArrayList<>();
    for (String type : OWNER_TYPES) {
      String root = IPAM + type + "/";
      for (int dash = name.indexOf('-'); dash > 0; dash = name.indexOf('-', dash + 1)) {
        prefixes.add(root + name.substring(0, dash) + "/");
      }
      prefixes.add(root + name);
    }
    return prefixes;
  }

  private static String affinity(String type, String owner, Cidr cidr) {
    return IPAM + type + "/" + owner + "/" + network(cidr);
  }

  private static String network(Cidr cidr) {
    return "ipv%d/block/%s".formatted(cidr.family().version(), cidr.toString().replace('/', '-'));
  }

  private static Optional<Cidr> cidr(String network) {
    int dash = network.lastIndexOf('-');
    int slash = network.lastIndexOf('/');
    return dash < slash || slash < 0
        ? Optional.empty()
        : Cidr.tryParse(network.substring(slash + 1, dash) + "/" + network.substring(dash + 1))
            .filter(cidr -> network(cidr).equals(network));
  }

  private static String unescaped(String name) {
    return name.contains("%") ? name.replace("%2f", "/").replace("%25", "%") : name;
  }
}
