// SPDX-License-Identifier: Apache-2.0
/// Which addresses nobody uses any more.
@NullMarked
package dev.brindle.controllers.leak;

import org.jspecify.annotations.NullMarked;
