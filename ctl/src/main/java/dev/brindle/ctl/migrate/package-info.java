// SPDX-License-Identifier: Apache-2.0
/// A store as one text, to be put into another. No I/O.
@NullMarked
package dev.brindle.ctl.migrate;

import org.jspecify.annotations.NullMarked;
