// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// Where a peer stands.
public enum PeerKind {
  /// In another AS (eBGP).
  EXTERNAL,
  /// In our AS (iBGP).
  INTERNAL,
  /// In another member AS of our confederation (RFC 5065).
  CONFEDERATION
}
