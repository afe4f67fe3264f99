// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.image.oci;

import org.jspecify.annotations.NullMarked;
