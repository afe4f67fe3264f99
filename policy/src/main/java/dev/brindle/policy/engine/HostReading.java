// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.label.CalicoLabels;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import dev.brindle.policy.set.AddressSource;
import java.util.HashMap;
import java.util.Map;

/// How rules and selectors see a host endpoint.
final class HostReading {

  private HostReading() {}

  /// Its own labels. It is in no namespace, whatever it says.
  static Map<String, String> labels(HostEndpoint endpoint) {
    Map<String, String> labels = new HashMap<>(endpoint.metadata().labels());
    labels.remove(CalicoLabels.NAMESPACE);
    return labels;
  }

  /// What it brings to sets: the addresses it is expected to have, whatever its interface has.
  static AddressSource source(HostEndpoint endpoint) {
    return new AddressSource(
        endpoint.spec().expectedIPs().stream().map(Cidr::host).distinct().toList(),
        endpoint.spec().ports().stream()
            .map(port -> new EndpointPort(port.name(), port.protocol(), port.port(), 0, ""))
            .toList());
  }
}
