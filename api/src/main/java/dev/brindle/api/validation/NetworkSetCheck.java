// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.label.CalicoLabels;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkSet;
import java.util.List;

/// Sets of networks, of a namespace and of none.
final class NetworkSetCheck {

  private NetworkSetCheck() {}

  static void check(Metadata metadata, NetworkSet.Spec spec, Findings findings) {
    findings.require(
        !metadata.labels().containsKey(CalicoLabels.NAMESPACE),
        "metadata.labels",
        CalicoLabels.NAMESPACE,
        "the namespace of a set is not told by a label");
    checkNets("spec.nets", spec.nets(), findings);
  }

  /// Networks only, one address is a network too. Bits after the length may be set here as well.
  static void checkReserved(List<String> nets, Findings findings) {
    for (int i = 0; i < nets.size(); i++) {
      findings.require(
          nets.get(i).contains("/") && InterfaceAddress.tryParse(nets.get(i)).isPresent(),
          "spec.reservedCIDRs[" + i + "]",
          nets.get(i),
          "must be a network, such as 192.0.2.0/24, or 192.0.2.1/32 for one address");
    }
  }

  /// Addresses and networks. Bits after the length may be set: they do not count.
  static void checkNets(String field, List<String> nets, Findings findings) {
    for (int i = 0; i < nets.size(); i++) {
      findings.require(
          InterfaceAddress.tryParse(nets.get(i)).isPresent(),
          field + "[" + i + "]",
          nets.get(i),
          "must be an address or a network, such as 192.0.2.1 or 192.0.2.0/24");
    }
  }
}
