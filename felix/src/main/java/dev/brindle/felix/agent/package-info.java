// SPDX-License-Identifier: Apache-2.0
/// The owner of this node's policy and data plane, and its thread.
@NullMarked
package dev.brindle.felix.agent;

import org.jspecify.annotations.NullMarked;
