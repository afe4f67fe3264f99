// SPDX-License-Identifier: Apache-2.0
/// A kernel in memory, for the tests of those who use one.
@NullMarked
package dev.brindle.linux.testing;

import org.jspecify.annotations.NullMarked;
