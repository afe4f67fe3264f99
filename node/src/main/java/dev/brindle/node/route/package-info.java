// SPDX-License-Identifier: Apache-2.0
/// From what bird learned to what the kernel should have.
@NullMarked
package dev.brindle.node.route;

import org.jspecify.annotations.NullMarked;
