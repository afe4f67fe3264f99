// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.cni.install;

import org.jspecify.annotations.NullMarked;
