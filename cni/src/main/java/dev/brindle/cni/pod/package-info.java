// SPDX-License-Identifier: Apache-2.0
/// What belongs to one pod: its names, and all that must be in the kernel for it.
@NullMarked
package dev.brindle.cni.pod;

import org.jspecify.annotations.NullMarked;
