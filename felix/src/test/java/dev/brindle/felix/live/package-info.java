// SPDX-License-Identifier: Apache-2.0
/// The agent on the real kernel, with real packets.
@NullMarked
package dev.brindle.felix.live;

import org.jspecify.annotations.NullMarked;
