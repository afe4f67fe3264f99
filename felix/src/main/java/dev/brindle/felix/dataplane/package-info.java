// SPDX-License-Identifier: Apache-2.0
/// Makes the kernel match what is desired, in a safe order.
@NullMarked
package dev.brindle.felix.dataplane;

import org.jspecify.annotations.NullMarked;
