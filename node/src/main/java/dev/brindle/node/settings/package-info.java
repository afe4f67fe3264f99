// SPDX-License-Identifier: Apache-2.0
/// What the environment says, as values.
@NullMarked
package dev.brindle.node.settings;

import org.jspecify.annotations.NullMarked;
