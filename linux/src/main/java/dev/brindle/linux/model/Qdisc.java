// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import java.util.Optional;

/// A queueing discipline of an interface, or the place for filters on the way in.
///
/// @param link index of the interface
/// @param handle its number, in the upper 16 bits; 0 for what the kernel puts there by itself
/// @param place where it is
/// @param kind `tbf`, `ingress`, `clsact` ...
/// @param bucket what a `tbf` lets through
public record Qdisc(
    int link, int handle, Place place, String kind, Optional<TokenBucket.Kept> bucket) {

  /// Where packets meet it.
  public enum Place {
    /// On the way out.
    ROOT,
    /// Filters on the way in, and with `clsact` on the way out too.
    INGRESS,
    /// Within another one.
    INSIDE
  }
}
