// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.bird.filter;

import org.jspecify.annotations.NullMarked;
