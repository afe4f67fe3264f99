// SPDX-License-Identifier: Apache-2.0
/// Faults of nodes that can be seeded in a lab that stays, each of which `brindle doctor` finds.
@NullMarked
package dev.brindle.lab.fault;

import org.jspecify.annotations.NullMarked;
