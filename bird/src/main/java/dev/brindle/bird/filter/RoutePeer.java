// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import java.util.Optional;

/// The peer at the other end of a session, as filters know it.
///
/// @param name in the configuration
/// @param interfaceName where the session runs over one interface
public record RoutePeer(
    String name, IpAddress address, AsNumber as, Optional<String> interfaceName) {}
