// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.ctl.convert;

import org.jspecify.annotations.NullMarked;
