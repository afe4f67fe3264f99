// SPDX-License-Identifier: Apache-2.0
/// Netlink messages to values and back: routes, links, neighbours, nf_tables, connection tracking.
/// Numbers are those of the kernel's headers. Pure.
@NullMarked
package dev.brindle.linux.netlink;

import org.jspecify.annotations.NullMarked;
