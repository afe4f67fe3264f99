// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.node.setup;

import org.jspecify.annotations.NullMarked;
