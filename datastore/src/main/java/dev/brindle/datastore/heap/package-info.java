// SPDX-License-Identifier: Apache-2.0
/// Keeps the heap of a daemon small that lists a whole cluster and keeps little of it.
@NullMarked
package dev.brindle.datastore.heap;

import org.jspecify.annotations.NullMarked;
