// SPDX-License-Identifier: Apache-2.0
/// Bad input, as a user meets it: the real programs refuse it with one clear line and change
/// nothing.
@NullMarked
package dev.brindle.tests.refusal;

import org.jspecify.annotations.NullMarked;
