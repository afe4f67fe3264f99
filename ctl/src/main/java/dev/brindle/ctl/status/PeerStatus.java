// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import dev.brindle.api.net.IpFamily;
import java.time.Instant;

/// One BGP session of this node.
///
/// @param type `node-to-node mesh`, `node specific` or `global`
/// @param address of the peer
/// @param state up, start or down
/// @param since when it got there
/// @param info the session's state
/// @param reason why it is not up; may be empty
public record PeerStatus(
    String name,
    String type,
    String address,
    IpFamily family,
    String state,
    Instant since,
    String info,
    String reason) {}
