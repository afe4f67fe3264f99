// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import dev.brindle.api.net.IpFamily;
import java.util.Optional;

/// Whether traffic from one machine should reach another.
///
/// @param allowed absent if nobody said: it is tried and shown, and cannot be wrong
public record Expectation(
    String from, String to, Traffic traffic, IpFamily family, Optional<Boolean> allowed) {}
