// SPDX-License-Identifier: Apache-2.0
/// Pages of `docs` that must say all of what the code has.
@NullMarked
package dev.brindle.tests.docs;

import org.jspecify.annotations.NullMarked;
