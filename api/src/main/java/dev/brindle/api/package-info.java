// SPDX-License-Identifier: Apache-2.0
/// The words that all modules share.
@org.jspecify.annotations.NullMarked
package dev.brindle.api;
