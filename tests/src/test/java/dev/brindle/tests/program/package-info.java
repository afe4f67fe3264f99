// SPDX-License-Identifier: Apache-2.0
/// The programs as they are built and started by people.
@NullMarked
package dev.brindle.tests.program;

import org.jspecify.annotations.NullMarked;
