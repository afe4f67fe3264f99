// SPDX-License-Identifier: Apache-2.0
/// What can be wrong with a node: facts in, findings out.
@NullMarked
package dev.brindle.node.doctor.check;

import org.jspecify.annotations.NullMarked;
