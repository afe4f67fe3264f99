// SPDX-License-Identifier: Apache-2.0
/// The session state machine of RFC 4271. Pure: time, sockets and chance are outside.
@NullMarked
package dev.brindle.bird.session;

import org.jspecify.annotations.NullMarked;
