// SPDX-License-Identifier: Apache-2.0
/// Hands out addresses from pools, in blocks that nodes claim; never one twice.
@NullMarked
package dev.brindle.ipam;

import org.jspecify.annotations.NullMarked;
