// SPDX-License-Identifier: Apache-2.0
/// What the controllers are to do: a resource, and the environment that overrules it. No I/O.
@NullMarked
package dev.brindle.controllers.settings;

import org.jspecify.annotations.NullMarked;
