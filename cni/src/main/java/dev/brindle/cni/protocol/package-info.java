// SPDX-License-Identifier: Apache-2.0
/// The CNI specification as values: calls, configurations, results and errors, 0.1.0 to 1.1.0.
@NullMarked
package dev.brindle.cni.protocol;

import org.jspecify.annotations.NullMarked;
