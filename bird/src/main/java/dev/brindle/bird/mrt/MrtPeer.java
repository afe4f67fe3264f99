// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;

/// Who told a route, in the index of a table (RFC 6396 §4.3.1). What is our own has the
/// unspecified address.
public record MrtPeer(IpAddress identifier, IpAddress address, AsNumber as) {}
