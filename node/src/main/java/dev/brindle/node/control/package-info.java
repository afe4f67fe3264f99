// SPDX-License-Identifier: Apache-2.0
/// What people may ask and order of a running speaker, over a Unix socket.
@NullMarked
package dev.brindle.node.control;

import org.jspecify.annotations.NullMarked;
