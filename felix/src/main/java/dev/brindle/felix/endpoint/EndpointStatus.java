// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import dev.brindle.api.resource.ResourceKey;

/// How far an endpoint has got.
///
/// @param revision of the endpoint as the store gave it
/// @param detail for people; empty when `UP`
public record EndpointStatus(ResourceKey endpoint, String revision, State state, String detail) {

  public boolean isUp() {
    return state == State.UP;
  }

  /// What is in the kernel.
  public enum State {
    /// Policy, route and interface settings are in force.
    UP,
    /// Policy is in force; there is no such interface, or it is down.
    NO_INTERFACE,
    /// Something was refused and will be tried again.
    ERROR,
    /// Another endpoint has the same interface.
    SHADOWED
  }
}
