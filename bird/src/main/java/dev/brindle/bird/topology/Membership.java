// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;

/// What our being in a confederation means for a peer (RFC 5065).
///
/// @param confederation how those outside know us
/// @param shared the peer is in another member AS of it
public record Membership(AsNumber confederation, boolean shared) {}
