// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.controllers.settings;

import org.jspecify.annotations.NullMarked;
