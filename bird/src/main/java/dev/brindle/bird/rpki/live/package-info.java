// SPDX-License-Identifier: Apache-2.0
/// Connections to RPKI caches, on a thread of their own. What they say goes to a `VrpSink`.
@NullMarked
package dev.brindle.bird.rpki.live;

import org.jspecify.annotations.NullMarked;
