// SPDX-License-Identifier: Apache-2.0
/// How many addresses and blocks are whose, as metrics tell it. No I/O.
@NullMarked
package dev.brindle.controllers.count;

import org.jspecify.annotations.NullMarked;
