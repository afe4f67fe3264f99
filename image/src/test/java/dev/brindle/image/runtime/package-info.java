// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.image.runtime;

import org.jspecify.annotations.NullMarked;
