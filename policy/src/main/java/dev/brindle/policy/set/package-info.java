// SPDX-License-Identifier: Apache-2.0
/// Sets of addresses that rules refer to.
@NullMarked
package dev.brindle.policy.set;

import org.jspecify.annotations.NullMarked;
