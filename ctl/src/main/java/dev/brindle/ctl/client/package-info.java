// SPDX-License-Identifier: Apache-2.0
/// Writes as calicoctl does: checked, with defaults, by compare and set.
@NullMarked
package dev.brindle.ctl.client;

import org.jspecify.annotations.NullMarked;
