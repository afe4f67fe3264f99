// SPDX-License-Identifier: Apache-2.0
/// BGP messages as values and as bytes. Pure: netty's ByteBuf is only a cursor here.
@NullMarked
package dev.brindle.bird.wire;

import org.jspecify.annotations.NullMarked;
