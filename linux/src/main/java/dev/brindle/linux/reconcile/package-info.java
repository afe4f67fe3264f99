// SPDX-License-Identifier: Apache-2.0
/// From what should be and what is to the changes that lead from one to the other. Pure.
@NullMarked
package dev.brindle.linux.reconcile;

import org.jspecify.annotations.NullMarked;
