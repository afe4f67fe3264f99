// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;

/// A permanent ARP or neighbour discovery entry.
///
/// @param device name of the interface
public record Neighbour(String device, IpAddress address, MacAddress mac) {}
