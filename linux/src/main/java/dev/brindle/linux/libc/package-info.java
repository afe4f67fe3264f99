// SPDX-License-Identifier: Apache-2.0
/// The C library: system calls, netlink sockets and network namespaces.
@NullMarked
package dev.brindle.linux.libc;

import org.jspecify.annotations.NullMarked;
