// SPDX-License-Identifier: Apache-2.0
/// `brindle bgp`: questions and orders for a speaker that runs on this machine.
@NullMarked
package dev.brindle.ctl.bgp;

import org.jspecify.annotations.NullMarked;
