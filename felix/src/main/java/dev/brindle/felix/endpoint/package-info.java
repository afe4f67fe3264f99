// SPDX-License-Identifier: Apache-2.0
/// What one pod's interface needs besides policy.
@NullMarked
package dev.brindle.felix.endpoint;

import org.jspecify.annotations.NullMarked;
