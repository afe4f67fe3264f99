// SPDX-License-Identifier: Apache-2.0
/// The running kernel, over netlink and `/proc/sys`.
@NullMarked
package dev.brindle.linux.live;

import org.jspecify.annotations.NullMarked;
