// SPDX-License-Identifier: Apache-2.0
/// Prefixes, attribute sets and paths in primitive arrays, named by small dense numbers; the
/// decision which path is best, kept up to date with each change. Pure; one owner, not thread-safe.
@NullMarked
package dev.brindle.bird.table;

import org.jspecify.annotations.NullMarked;
