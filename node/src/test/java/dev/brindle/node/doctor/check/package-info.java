// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.node.doctor.check;

import org.jspecify.annotations.NullMarked;
