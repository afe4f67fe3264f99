// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.GlobalNetworkSet;
import dev.brindle.api.resource.IpReservation;
import dev.brindle.api.resource.NetworkSet;
import java.util.List;

/// Tables of what lies outside pools.
final class NetworkColumns {

  private NetworkColumns() {}

  static KindTable set() {
    return nets(Column.of("NETS", NetworkSet.class, set -> Cells.joined(set.spec().nets())));
  }

  static KindTable globalSet() {
    return nets(Column.of("NETS", GlobalNetworkSet.class, set -> Cells.joined(set.spec().nets())));
  }

  static KindTable reservation() {
    return nets(
        Column.of(
            "CIDRS",
            IpReservation.class,
            reservation -> Cells.joined(reservation.spec().reservedCIDRs())));
  }

  private static KindTable nets(Column nets) {
    return KindTable.of(List.of(Column.name(), nets), "NAME");
  }
}
