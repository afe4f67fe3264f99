// SPDX-License-Identifier: Apache-2.0
/// Tables and messages as records in files: MRT (RFC 6396, RFC 8050). Pure.
@NullMarked
package dev.brindle.bird.mrt;

import org.jspecify.annotations.NullMarked;
