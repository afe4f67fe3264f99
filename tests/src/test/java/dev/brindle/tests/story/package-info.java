// SPDX-License-Identifier: Apache-2.0
/// What a user does, with the built programs and the real kernel.
@NullMarked
package dev.brindle.tests.story;

import org.jspecify.annotations.NullMarked;
