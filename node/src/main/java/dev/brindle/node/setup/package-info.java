// SPDX-License-Identifier: Apache-2.0
/// What a node writes into the datastore before it works.
@NullMarked
package dev.brindle.node.setup;

import org.jspecify.annotations.NullMarked;
