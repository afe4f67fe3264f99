// SPDX-License-Identifier: Apache-2.0
/// How a node comes to own a block, and how it lets go. No I/O.
@NullMarked
package dev.brindle.ipam.claim;

import org.jspecify.annotations.NullMarked;
