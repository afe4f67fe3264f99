// SPDX-License-Identifier: Apache-2.0
/// What pools and blocks say about the use of addresses. No I/O.
@NullMarked
package dev.brindle.ipam.audit;

import org.jspecify.annotations.NullMarked;
