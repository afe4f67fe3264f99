// SPDX-License-Identifier: Apache-2.0
/// Joins bird with the store and with the kernel.
@NullMarked
package dev.brindle.node.bgp;

import org.jspecify.annotations.NullMarked;
