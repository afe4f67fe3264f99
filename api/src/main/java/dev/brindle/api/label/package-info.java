// SPDX-License-Identifier: Apache-2.0
/// Labels and the selectors over them.
@NullMarked
package dev.brindle.api.label;

import org.jspecify.annotations.NullMarked;
