// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.resource.ResourceKey;
import java.time.Duration;

/// Knows when an endpoint's policy is in the kernel.
public interface PolicyGate {

  /// Waits until the endpoint is in force as stored, or the time is up.
  ///
  /// @param revision of the endpoint, as the store gave it
  /// @return whether it is in force
  boolean await(ResourceKey endpoint, String revision, Duration atMost) throws InterruptedException;
}
