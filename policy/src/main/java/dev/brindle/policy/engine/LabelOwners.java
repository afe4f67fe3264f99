// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.label.CalicoLabels;
import java.util.HashMap;
import java.util.Map;

/// Labels that who writes a resource in a namespace cannot give it.
final class LabelOwners {

  private LabelOwners() {}

  /// The labels without those that speak of a namespace or of a service account; may be changed.
  static Map<String, String> withoutForeign(Map<String, String> labels) {
    Map<String, String> own = new HashMap<>(labels);
    own.keySet()
        .removeIf(
            label ->
                label.startsWith(CalicoLabels.NAMESPACE_PREFIX)
                    || label.startsWith(CalicoLabels.SERVICE_ACCOUNT_PREFIX)
                    || label.equals(CalicoLabels.SERVICE_ACCOUNT));
    return own;
  }
}
