// SPDX-License-Identifier: Apache-2.0
/// Blocks and addresses as people ask for them.
@NullMarked
package dev.brindle.ctl.ipam;

import org.jspecify.annotations.NullMarked;
