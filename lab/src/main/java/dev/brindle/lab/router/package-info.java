// SPDX-License-Identifier: Apache-2.0
/// How each kind of BGP router is told its part, as text.
@NullMarked
package dev.brindle.lab.router;

import org.jspecify.annotations.NullMarked;
