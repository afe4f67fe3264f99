// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import java.util.List;
import java.util.function.Function;

/// Tables of pools and of what the cluster is.
final class ClusterColumns {

  private ClusterColumns() {}

  static KindTable information() {
    return KindTable.same(
        List.of(
            Column.name(),
            information("CLUSTERGUID", ClusterInformation.Spec::clusterGUID),
            information("CLUSTERTYPE", ClusterInformation.Spec::clusterType),
            information("CALICOVERSION", ClusterInformation.Spec::calicoVersion),
            information("DATASTOREREADY", spec -> Cells.orElse(spec.datastoreReady(), Cells.NIL))));
  }

  private static Column information(
      String heading, Function<ClusterInformation.Spec, String> value) {
    return Column.of(heading, ClusterInformation.class, item -> value.apply(item.spec()));
  }

  static KindTable ipam() {
    return KindTable.of(
        List.of(
            Column.name(),
            ipam("STRICTAFFINITY", spec -> Boolean.toString(spec.strictAffinity())),
            ipam("AUTOALLOCATEBLOCKS", spec -> spec.autoAllocateBlocks().orElse(true).toString()),
            ipam("MAXBLOCKSPERHOST", spec -> Integer.toString(spec.maxBlocksPerHost()))),
        "NAME",
        "STRICTAFFINITY",
        "AUTOALLOCATEBLOCKS");
  }

  private static Column ipam(String heading, Function<IpamConfig.Spec, String> value) {
    return Column.of(heading, IpamConfig.class, item -> value.apply(item.spec()));
  }

  static KindTable pool() {
    return KindTable.of(
        List.of(
            Column.name(),
            pool("CIDR", spec -> spec.cidr().toString()),
            pool("NAT", spec -> Boolean.toString(spec.natOutgoing())),
            pool("IPIPMODE", spec -> spec.ipipMode().toString()),
            pool("VXLANMODE", spec -> spec.vxlanMode().toString()),
            pool("DISABLED", spec -> Boolean.toString(spec.disabled())),
            pool("DISABLEBGPEXPORT", spec -> Boolean.toString(spec.disableBGPExport())),
            pool("SELECTOR", IpPool.Spec::nodeSelector),
            pool("ASSIGNMENTMODE", spec -> spec.assignmentMode().toString())),
        "NAME",
        "CIDR",
        "SELECTOR");
  }

  private static Column pool(String heading, Function<IpPool.Spec, String> value) {
    return Column.of(heading, IpPool.class, item -> value.apply(item.spec()));
  }
}
