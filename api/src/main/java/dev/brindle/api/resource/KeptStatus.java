// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

/// What programs say of a resource stays when people change the rest of it.
public final class KeptStatus {

  private KeptStatus() {}

  /// @param before as it is stored
  /// @return `after` with what is said of `before`
  public static Resource of(Resource before, Resource after) {
    if (before instanceof CalicoNodeStatus old && after instanceof CalicoNodeStatus changed) {
      return new CalicoNodeStatus(changed.metadata(), changed.spec(), old.status());
    }
    if (before instanceof KubeControllersConfiguration old
        && after instanceof KubeControllersConfiguration changed) {
      return new KubeControllersConfiguration(changed.metadata(), changed.spec(), old.status());
    }
    if (before instanceof CalicoNode old && after instanceof CalicoNode changed) {
      return new CalicoNode(changed.metadata(), changed.spec(), old.status());
    }
    if (before instanceof IpPool old && after instanceof IpPool changed) {
      return new IpPool(changed.metadata(), changed.spec(), old.status());
    }
    if (before instanceof Tier old && after instanceof Tier changed) {
      return new Tier(changed.metadata(), changed.spec(), old.status());
    }
    return after;
  }
}
