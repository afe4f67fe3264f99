// SPDX-License-Identifier: Apache-2.0
/// Puts the container image together: `./mvnw -Pimage package`.
@NullMarked
package dev.brindle.image;

import org.jspecify.annotations.NullMarked;
