// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.ipam.block.Reservations;

/// What the cluster says about all addresses that are given out.
///
/// @param reserved not to be given out unasked
record Terms(int coolDownSeconds, Reservations reserved) {}
