// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.migrate;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// All that is stored, in one text of three parts, with Kubernetes' names of the nodes.
public final class Export {

  /// What people write, in the order in which it is told.
  static final List<ResourceKind> KINDS =
      List.of(
          ResourceKind.IP_POOL,
          ResourceKind.BGP_PEER,
          ResourceKind.TIER,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_SET,
          ResourceKind.HOST_ENDPOINT,
          ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
          ResourceKind.NETWORK_POLICY,
          ResourceKind.STAGED_NETWORK_POLICY,
          ResourceKind.STAGED_KUBERNETES_NETWORK_POLICY,
          ResourceKind.NETWORK_SET,
          ResourceKind.NODE,
          ResourceKind.BGP_CONFIGURATION,
          ResourceKind.FELIX_CONFIGURATION,
          ResourceKind.IP_RESERVATION,
          ResourceKind.BGP_FILTER);

  static final String FROM_KUBERNETES = "knp.default.";
  private static final String PART = "===\n";

  /// Words of older versions.
  private static final Map<String, String> ACTIONS =
      Map.of(
          "ACCEPT", "Accept", "RETURN", "Return", "DROP", "Drop", "REJECT", "Reject", "LOG", "Log");

  private final Function<ResourceKind, List<Resource>> stored;
  private final ClusterInformation cluster;
  private final NodeNames names;

  /// @param stored all of a kind
  /// @throws dev.brindle.ctl.client.ClientException if Kubernetes has no name for a node
  public Export(Function<ResourceKind, List<Resource>> stored, ClusterInformation cluster) {
    this.stored = stored;
    this.cluster = cluster;
    this.names = NodeNames.of(stored.apply(ResourceKind.NODE));
  }

  public String text() {
    StringBuilder text = new StringBuilder();
    for (ResourceKind kind : KINDS) {
      List<Resource> resources =
          stored.apply(kind).stream()
              .filter(resource -> !resource.metadata().name().startsWith(FROM_KUBERNETES))
              .map(this::exported)
              .toList();
      text.append(ResourceCodec.yaml(new ResourceList(kind, resources, ""))).append("---\n");
    }
    return text.append(PART)
        .append(ResourceCodec.json(cluster))
        .append('\n')
        .append(PART)
        .append(IpamExport.text(stored, names))
        .append('\n')
        .toString();
  }

  private Resource exported(Resource resource) {
    Metadata bare = resource.metadata().withIdentity("", "", "");
    return switch (resource.kind()) {
      case NODE -> resource.withMetadata(bare.withName(names.of(bare.name())));
      case BGP_CONFIGURATION -> resource.withMetadata(bare.withName(names.ofSettings(bare.name())));
      case FELIX_CONFIGURATION ->
          new FelixConfiguration(
              bare.withName(names.ofSettings(bare.name())),
              withActions(((FelixConfiguration) resource).spec()));
      default -> resource.withMetadata(bare);
    };
  }

  private static Map<String, Object> withActions(Map<String, Object> spec) {
    Map<String, Object> changed = new TreeMap<>(spec);
    changed.replaceAll(
        (name, value) ->
            name.startsWith("iptables") && name.endsWith("Action")
                ? ACTIONS.getOrDefault(value.toString(), value.toString())
                : value);
    Object endpoint = changed.get("defaultEndpointToHostAction");
    if (endpoint != null) {
      changed.put(
          "defaultEndpointToHostAction",
          ACTIONS.getOrDefault(endpoint.toString(), endpoint.toString()));
    }
    return changed;
  }
}
