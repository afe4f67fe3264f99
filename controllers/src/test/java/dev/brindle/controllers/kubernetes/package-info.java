// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.controllers.kubernetes;

import org.jspecify.annotations.NullMarked;
