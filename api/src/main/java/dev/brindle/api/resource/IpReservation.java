// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;

/// Addresses of pools that are not given out, except to who asks for one of them.
public record IpReservation(Metadata metadata, Spec spec) implements Resource {

  public IpReservation {
    spec = Absent.or(spec, new Spec(List.of()));
  }

  @Override
  public IpReservation withMetadata(Metadata changed) {
    return new IpReservation(changed, spec);
  }

  /// @param reservedCIDRs networks as they were written
  public record Spec(List<String> reservedCIDRs) {

    public Spec {
      reservedCIDRs = Absent.asEmpty(reservedCIDRs);
    }
  }
}
