// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.controllers.election;

import org.jspecify.annotations.NullMarked;
