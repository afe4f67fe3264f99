// SPDX-License-Identifier: Apache-2.0
/// The base: packages of Debian, fetched without touching the host's.
@NullMarked
package dev.brindle.image.debian;

import org.jspecify.annotations.NullMarked;
