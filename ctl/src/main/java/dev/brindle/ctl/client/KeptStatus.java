// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Tier;

/// What programs say of a resource stays when people change the rest of it.
final class KeptStatus {

  private KeptStatus() {}

  static Resource of(Resource before, Resource after) {
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
    if (before instanceof Tier old && after instanceof Tier changed) {
      return new Tier(changed.metadata(), changed.spec(), old.status());
    }
    return after;
  }
}
