// SPDX-License-Identifier: Apache-2.0
/// Whom to peer with and what to announce, from Calico's resources. Pure.
@NullMarked
package dev.brindle.bird.topology;

import org.jspecify.annotations.NullMarked;
