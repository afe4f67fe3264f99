// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.InterfaceAddress;

/// An address on an interface.
///
/// @param link index of the interface
/// @param isPermanent not given by DHCP or a router advertisement for a while
public record LinkAddress(int link, InterfaceAddress address, boolean isPermanent) {}
