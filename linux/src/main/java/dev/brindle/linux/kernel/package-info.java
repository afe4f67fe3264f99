// SPDX-License-Identifier: Apache-2.0
/// What a caller asks of the kernel.
@NullMarked
package dev.brindle.linux.kernel;

import org.jspecify.annotations.NullMarked;
