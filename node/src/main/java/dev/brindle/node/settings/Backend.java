// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

/// How pods of different nodes reach each other (`CALICO_NETWORKING_BACKEND`).
public enum Backend {
  /// BGP.
  BIRD,
  /// Tunnels only; no BGP.
  VXLAN,
  /// Somebody else's business; only policy is ours.
  NONE;

  public boolean speaksBgp() {
    return this == BIRD;
  }
}
