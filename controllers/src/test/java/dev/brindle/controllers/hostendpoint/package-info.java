// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.controllers.hostendpoint;

import org.jspecify.annotations.NullMarked;
