// SPDX-License-Identifier: Apache-2.0
/// The BGP speaker alone, outside any cluster: `brindle speaker`.
@NullMarked
package dev.brindle.node.speaker;

import org.jspecify.annotations.NullMarked;
