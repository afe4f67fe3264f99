// SPDX-License-Identifier: Apache-2.0
/// Finds BGP neighbours on links by their router advertisements, and advertises us to them.
@NullMarked
package dev.brindle.node.discovery;

import org.jspecify.annotations.NullMarked;
