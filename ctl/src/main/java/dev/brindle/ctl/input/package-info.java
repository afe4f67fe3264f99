// SPDX-License-Identifier: Apache-2.0
/// Files, directories and arguments to resources and keys.
@NullMarked
package dev.brindle.ctl.input;

import org.jspecify.annotations.NullMarked;
