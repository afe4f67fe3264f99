// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.net.InterfaceAddress;

/// What `IP` or `IP6` says.
public sealed interface AddressSetting {

  /// Nothing: find one unless the node has one (IPv4 only).
  record Unset() implements AddressSetting {}

  record Autodetect() implements AddressSetting {}

  /// Keep what the node has, find none.
  record None() implements AddressSetting {}

  /// @param hasLength false if the subnet is to be taken from the interface that has the address
  record Given(InterfaceAddress address, boolean hasLength) implements AddressSetting {}
}
