// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.cni.plugin;

import org.jspecify.annotations.NullMarked;
