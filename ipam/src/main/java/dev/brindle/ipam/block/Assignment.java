// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;

/// An address that is held.
///
/// @param sequence of the block when it was assigned: tells this holder from the next one
public record Assignment(IpAddress address, IpamBlock.Attribute holder, long sequence) {

  /// Whom it is for; empty if that is not noted.
  public String node() {
    return holder.activeOwner().getOrDefault("node", "");
  }

  /// Windows nodes append a note after a carriage return.
  public String handle() {
    int end = holder.handleId().indexOf('\r');
    return end < 0 ? holder.handleId() : holder.handleId().substring(0, end);
  }
}
