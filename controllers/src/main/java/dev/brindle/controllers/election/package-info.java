// SPDX-License-Identifier: Apache-2.0
/// Who of several candidates leads. No I/O, no clock.
@NullMarked
package dev.brindle.controllers.election;

import org.jspecify.annotations.NullMarked;
