// SPDX-License-Identifier: Apache-2.0
/// What the node says about itself: health, metrics, status.
@NullMarked
package dev.brindle.node.health;

import org.jspecify.annotations.NullMarked;
