// SPDX-License-Identifier: Apache-2.0
/// Policy as nftables: pure functions from what must hold to chains, rules and sets.
@NullMarked
package dev.brindle.felix.render;

import org.jspecify.annotations.NullMarked;
