// SPDX-License-Identifier: Apache-2.0
/// nf_tables as values: tables, chains, rules, sets, and the transactions that change them.
@NullMarked
package dev.brindle.linux.nft;

import org.jspecify.annotations.NullMarked;
