// SPDX-License-Identifier: Apache-2.0
/// For the tests of those who use a kernel: one in memory, and how to wait for one.
@NullMarked
package dev.brindle.linux.testing;

import org.jspecify.annotations.NullMarked;
