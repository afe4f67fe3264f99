// SPDX-License-Identifier: Apache-2.0
/// Blocks as values: what assigning and releasing make of them. No I/O.
@NullMarked
package dev.brindle.ipam.block;

import org.jspecify.annotations.NullMarked;
