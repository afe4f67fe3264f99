// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import java.util.OptionalInt;

/// All filters of one priority on the way in by an interface.
///
/// @param priority lower ones come first
/// @param kind `u32`, `matchall`, `bpf` ...
/// @param redirectsTo index of the interface that its packets are sent out by instead; 0 if that
///     has gone
public record PacketFilter(int priority, String kind, OptionalInt redirectsTo) {}
