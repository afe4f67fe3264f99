// SPDX-License-Identifier: Apache-2.0
/// `brindle doctor`: looks at a node and says what is wrong with it, and the cure.
@NullMarked
package dev.brindle.node.doctor;

import org.jspecify.annotations.NullMarked;
