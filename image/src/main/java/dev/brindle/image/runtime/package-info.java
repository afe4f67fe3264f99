// SPDX-License-Identifier: Apache-2.0
/// What runs in it: the Java runtime, jars, natives, launch files, caches.
@NullMarked
package dev.brindle.image.runtime;

import org.jspecify.annotations.NullMarked;
