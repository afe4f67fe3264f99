// SPDX-License-Identifier: Apache-2.0
/// What the daemon of this node says about itself.
@NullMarked
package dev.brindle.ctl.status;

import org.jspecify.annotations.NullMarked;
