// SPDX-License-Identifier: Apache-2.0
/// Rules as the data plane needs them: selectors turned into sets.
@NullMarked
package dev.brindle.policy.rule;

import org.jspecify.annotations.NullMarked;
