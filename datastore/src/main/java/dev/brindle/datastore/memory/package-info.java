// SPDX-License-Identifier: Apache-2.0
/// A store for tests and simulations: real conflicts, real feeds, and failures on demand.
@NullMarked
package dev.brindle.datastore.memory;

import org.jspecify.annotations.NullMarked;
