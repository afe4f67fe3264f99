// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.HostEndpoint;
import java.util.List;
import java.util.function.Function;

/// Tables of nodes' interfaces, and of what nodes say of themselves.
final class HostColumns {

  private HostColumns() {}

  static KindTable endpoint() {
    return KindTable.of(
        List.of(
            Column.name(),
            endpoint("NODE", HostEndpoint.Spec::node),
            endpoint("INTERFACE", HostEndpoint.Spec::interfaceName),
            endpoint("IPS", spec -> Cells.joined(spec.expectedIPs())),
            endpoint("PROFILES", spec -> Cells.joined(spec.profiles()))),
        "NAME",
        "NODE");
  }

  private static Column endpoint(String heading, Function<HostEndpoint.Spec, String> value) {
    return Column.of(heading, HostEndpoint.class, item -> value.apply(item.spec()));
  }

  static KindTable status() {
    return KindTable.of(
        List.of(
            Column.name(),
            Column.of("NODE", CalicoNodeStatus.class, status -> status.spec().node()),
            Column.of(
                "CLASSES",
                CalicoNodeStatus.class,
                status -> Cells.joined(status.spec().classes()))),
        "NAME",
        "NODE");
  }
}
