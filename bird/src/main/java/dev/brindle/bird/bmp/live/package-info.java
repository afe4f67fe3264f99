// SPDX-License-Identifier: Apache-2.0
/// Connections to monitoring stations, on a thread of their own.
@NullMarked
package dev.brindle.bird.bmp.live;

import org.jspecify.annotations.NullMarked;
