// SPDX-License-Identifier: Apache-2.0
/// This machine: what its kernel has, and what it says of itself.
@NullMarked
package dev.brindle.ctl.system;

import org.jspecify.annotations.NullMarked;
