// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.bird.wire.Role;

/// What we are to an external peer (RFC 9234).
///
/// @param ours not the peer's
/// @param isStrict no session with a peer that does not say what it is
public record PeerRole(Role ours, boolean isStrict) {}
