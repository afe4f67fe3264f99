// SPDX-License-Identifier: Apache-2.0
/// Which labels match which selectors, kept up as both change.
@NullMarked
package dev.brindle.policy.match;

import org.jspecify.annotations.NullMarked;
