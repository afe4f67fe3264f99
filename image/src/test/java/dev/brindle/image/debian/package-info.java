// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.image.debian;

import org.jspecify.annotations.NullMarked;
