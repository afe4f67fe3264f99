// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.cni.server;

import org.jspecify.annotations.NullMarked;
