// SPDX-License-Identifier: Apache-2.0
/// The rules of ARCHITECTURE.md, as tests.
@NullMarked
package dev.brindle.tests.architecture;

import org.jspecify.annotations.NullMarked;
