// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import java.util.ArrayList;
import java.util.List;

/// Which columns the table of a kind has.
///
/// @param all every column there is, in the order they are named in messages
/// @param narrow headings for `ps`
/// @param wide headings for `wide`
record KindTable(List<Column> all, List<String> narrow, List<String> wide) {

  static KindTable of(ResourceKind kind, AsNumber clusterAs) {
    return switch (kind) {
      case BGP_CONFIGURATION -> BgpColumns.configuration();
      case BGP_FILTER -> BgpColumns.filter();
      case BGP_PEER -> BgpColumns.peer();
      case CLUSTER_INFORMATION -> ClusterColumns.information();
      case IPAM_CONFIG -> ClusterColumns.ipam();
      case IP_POOL -> ClusterColumns.pool();
      case NODE -> BgpColumns.node(clusterAs);
      case NETWORK_POLICY -> PolicyColumns.policy();
      case GLOBAL_NETWORK_POLICY -> PolicyColumns.globalPolicy();
      case CALICO_NODE_STATUS -> HostColumns.status();
      case HOST_ENDPOINT -> HostColumns.endpoint();
      case STAGED_NETWORK_POLICY -> StagedColumns.policy();
      case STAGED_GLOBAL_NETWORK_POLICY -> StagedColumns.globalPolicy();
      case STAGED_KUBERNETES_NETWORK_POLICY -> StagedColumns.kubernetesPolicy();
      case IP_RESERVATION -> NetworkColumns.reservation();
      case NETWORK_SET -> NetworkColumns.set();
      case GLOBAL_NETWORK_SET -> NetworkColumns.globalSet();
      case PROFILE -> PolicyColumns.profile();
      case TIER -> PolicyColumns.tier();
      case WORKLOAD_ENDPOINT -> WorkloadColumns.endpoint();
      case BLOCK_AFFINITY,
          FELIX_CONFIGURATION,
          IPAM_BLOCK,
          IPAM_HANDLE,
          KUBE_CONTROLLERS_CONFIGURATION,
          KUBERNETES_ENDPOINT_SLICE,
          KUBERNETES_SERVICE,
          LIVE_MIGRATION ->
          same(List.of(Column.name()));
    };
  }

  /// All columns, whether narrow or wide.
  static KindTable same(List<Column> columns) {
    List<String> headings = columns.stream().map(Column::heading).toList();
    return new KindTable(columns, headings, headings);
  }

  /// All columns when wide, and a few when narrow.
  static KindTable of(List<Column> columns, String... narrow) {
    return new KindTable(columns, List.of(narrow), columns.stream().map(Column::heading).toList());
  }

  KindTable withNamespace() {
    return new KindTable(
        prefixed(Column.namespace(), all),
        prefixed("NAMESPACE", narrow),
        prefixed("NAMESPACE", wide));
  }

  private static <T> List<T> prefixed(T first, List<T> rest) {
    List<T> whole = new ArrayList<>(List.of(first));
    whole.addAll(rest);
    return List.copyOf(whole);
  }

  /// @throws ClientException if there is no such column
  List<Column> chosen(List<String> headings) {
    return headings.stream().map(this::column).toList();
  }

  private Column column(String heading) {
    return all.stream()
        .filter(column -> column.heading().equals(heading))
        .findFirst()
        .orElseThrow(
            () ->
                new ClientException(
                    "unknown heading %s, valid values are: %s"
                        .formatted(
                            heading,
                            String.join(", ", all.stream().map(Column::heading).toList()))));
  }
}
