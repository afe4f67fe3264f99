// SPDX-License-Identifier: Apache-2.0
/// Resources for tests in few words.
@NullMarked
package dev.brindle.node.testing;

import org.jspecify.annotations.NullMarked;
