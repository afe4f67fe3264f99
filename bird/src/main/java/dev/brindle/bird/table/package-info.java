// SPDX-License-Identifier: Apache-2.0
/// Routing tables in arrays: prefixes, interned attributes, paths, and what groups of peers are
/// told. Pure; each object has one owner.
@NullMarked
package dev.brindle.bird.table;

import org.jspecify.annotations.NullMarked;
