// SPDX-License-Identifier: Apache-2.0
/// What the kernel has, as values.
@NullMarked
package dev.brindle.linux.model;

import org.jspecify.annotations.NullMarked;
