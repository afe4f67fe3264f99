// SPDX-License-Identifier: Apache-2.0
/// Whether packets still reach a peer (RFC 5880, 5881, 5883): packets, session, deadlines. Pure.
@NullMarked
package dev.brindle.bird.bfd;

import org.jspecify.annotations.NullMarked;
