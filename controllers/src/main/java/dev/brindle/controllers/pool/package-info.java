// SPDX-License-Identifier: Apache-2.0
/// Which pools addresses may be taken from, and what keeps a tier: functions on values.
@NullMarked
package dev.brindle.controllers.pool;

import org.jspecify.annotations.NullMarked;
