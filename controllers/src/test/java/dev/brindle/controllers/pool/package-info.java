// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.controllers.pool;

import org.jspecify.annotations.NullMarked;
