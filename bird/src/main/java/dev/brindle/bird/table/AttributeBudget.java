// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// How much memory attributes may take: whoever tells few prefixes, each with attributes as large
/// as a message and unlike all others, would fill any machine.
///
/// @param all octets of all peers together
/// @param ofPeer octets of what one peer alone has told
public record AttributeBudget(long all, long ofPeer) {

  private static final int SHARE_OF_ALL = 2;
  private static final int SHARE_OF_PEER = 4;

  /// Half of the memory, and a quarter for one peer: the rest is for prefixes, paths and sessions.
  public static AttributeBudget of(long memory) {
    return new AttributeBudget(memory / SHARE_OF_ALL, memory / SHARE_OF_PEER);
  }
}
