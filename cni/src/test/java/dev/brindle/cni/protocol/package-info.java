// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.cni.protocol;

import org.jspecify.annotations.NullMarked;
