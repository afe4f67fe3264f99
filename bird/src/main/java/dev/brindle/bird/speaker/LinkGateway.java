// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;

/// A gateway that is known by its link: a link-local address means nothing without.
///
/// @param link the name of the interface
public record LinkGateway(IpAddress address, String link) {}
