// SPDX-License-Identifier: Apache-2.0
/// Routing tables, the decision which path is best, and what each peer is told. Pure.
@NullMarked
package dev.brindle.bird.rib;

import org.jspecify.annotations.NullMarked;
