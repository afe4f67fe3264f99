// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.CalicoNode;
import java.util.List;
import java.util.function.Function;

/// Tables of nodes and BGP.
final class BgpColumns {

  private BgpColumns() {}

  static KindTable configuration() {
    return KindTable.same(
        List.of(
            Column.name(),
            configuration("LOGSEVERITY", BgpConfiguration.Spec::logSeverityScreen),
            configuration("MESHENABLED", spec -> Cells.orElse(spec.nodeToNodeMeshEnabled(), "-")),
            configuration("ASNUMBER", spec -> Cells.orElse(spec.asNumber(), "-"))));
  }

  private static Column configuration(
      String heading, Function<BgpConfiguration.Spec, String> value) {
    return Column.of(heading, BgpConfiguration.class, item -> value.apply(item.spec()));
  }

  static KindTable filter() {
    return KindTable.same(
        List.of(
            Column.name(),
            filter("NUMEXPORTV4", BgpFilter.Spec::exportV4),
            filter("NUMIMPORTV4", BgpFilter.Spec::importV4),
            filter("NUMEXPORTV6", BgpFilter.Spec::exportV6),
            filter("NUMIMPORTV6", BgpFilter.Spec::importV6)));
  }

  private static Column filter(String heading, Function<BgpFilter.Spec, List<?>> rules) {
    return Column.of(
        heading, BgpFilter.class, item -> Integer.toString(rules.apply(item.spec()).size()));
  }

  static KindTable peer() {
    return KindTable.same(
        List.of(
            Column.name(),
            Column.of("PEERIP", BgpPeer.class, peer -> peer.spec().peerIP()),
            Column.of("NODE", BgpPeer.class, peer -> nodes(peer.spec())),
            Column.of("ASN", BgpPeer.class, peer -> Cells.orElse(peer.spec().asNumber(), "0"))));
  }

  private static String nodes(BgpPeer.Spec spec) {
    if (!spec.node().isEmpty()) {
      return spec.node();
    }
    return spec.nodeSelector().isEmpty() ? "(global)" : spec.nodeSelector();
  }

  /// @param clusterAs in brackets where a node has none of its own
  static KindTable node(AsNumber clusterAs) {
    return KindTable.of(
        List.of(
            Column.name(),
            node("ASN", bgp -> Cells.orElse(bgp.asNumber(), "(" + clusterAs + ")")),
            node("IPV4", bgp -> Cells.orElse(bgp.ipv4Address(), "")),
            node("IPV6", bgp -> Cells.orElse(bgp.ipv6Address(), ""))),
        "NAME");
  }

  private static Column node(String heading, Function<CalicoNode.Bgp, String> value) {
    return Column.of(heading, CalicoNode.class, item -> item.spec().bgp().map(value).orElse(""));
  }
}
