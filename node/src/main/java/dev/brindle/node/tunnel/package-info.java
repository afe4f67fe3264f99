// SPDX-License-Identifier: Apache-2.0
/// The addresses of the node's tunnels, taken from the pools that use them.
@NullMarked
package dev.brindle.node.tunnel;

import org.jspecify.annotations.NullMarked;
