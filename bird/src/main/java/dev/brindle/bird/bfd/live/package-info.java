// SPDX-License-Identifier: Apache-2.0
/// BFD sessions over UDP (RFC 5881, RFC 5883), on a thread of their own.
@NullMarked
package dev.brindle.bird.bfd.live;

import org.jspecify.annotations.NullMarked;
