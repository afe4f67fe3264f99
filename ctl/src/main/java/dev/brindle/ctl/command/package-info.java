// SPDX-License-Identifier: Apache-2.0
/// The commands.
@NullMarked
package dev.brindle.ctl.command;

import org.jspecify.annotations.NullMarked;
