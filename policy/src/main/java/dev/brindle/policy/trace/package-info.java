// SPDX-License-Identifier: Apache-2.0
/// What becomes of a packet, and why: the oracle for the data plane and the answer for people.
@NullMarked
package dev.brindle.policy.trace;

import org.jspecify.annotations.NullMarked;
