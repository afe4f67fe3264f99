// SPDX-License-Identifier: Apache-2.0
/// The bill of materials.
@NullMarked
package dev.brindle.image.bill;

import org.jspecify.annotations.NullMarked;
