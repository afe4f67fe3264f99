// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.cni.pod;

import org.jspecify.annotations.NullMarked;
