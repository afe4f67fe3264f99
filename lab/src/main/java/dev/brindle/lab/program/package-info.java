// SPDX-License-Identifier: Apache-2.0
/// The real programs that a lab runs: daemons, routers, the CNI plugin, the command line.
@NullMarked
package dev.brindle.lab.program;

import org.jspecify.annotations.NullMarked;
