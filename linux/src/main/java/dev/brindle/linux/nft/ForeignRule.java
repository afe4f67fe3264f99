// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.util.Optional;

/// A rule of whoever, as much of it as is needed to tell whose it is, and to remove it.
///
/// @param family as of a `ForeignChain`
/// @param handle what the kernel calls it
/// @param target the chain it jumps or goes to
/// @param comment empty if it has none
public record ForeignRule(
    int family, String table, String chain, long handle, Optional<String> target, String comment) {}
