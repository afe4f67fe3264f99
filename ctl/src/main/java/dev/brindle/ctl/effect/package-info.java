// SPDX-License-Identifier: Apache-2.0
/// What a change of resources means, before it is made. No I/O.
@NullMarked
package dev.brindle.ctl.effect;

import org.jspecify.annotations.NullMarked;
