// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;

/// A permanent entry of a VXLAN interface's forwarding database: frames to `mac` go to `remote`.
///
/// @param device name of the interface
public record ForwardingEntry(String device, MacAddress mac, IpAddress remote) {}
