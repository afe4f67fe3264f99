// SPDX-License-Identifier: Apache-2.0
/// Tables and texts for people.
@NullMarked
package dev.brindle.ctl.output;

import org.jspecify.annotations.NullMarked;
