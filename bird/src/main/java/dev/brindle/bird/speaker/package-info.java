// SPDX-License-Identifier: Apache-2.0
/// The BGP speaker: owner of all sessions and tables.
@NullMarked
package dev.brindle.bird.speaker;

import org.jspecify.annotations.NullMarked;
