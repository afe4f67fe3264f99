// SPDX-License-Identifier: Apache-2.0
/// What is accepted from peers and told to them. Pure.
@NullMarked
package dev.brindle.bird.filter;

import org.jspecify.annotations.NullMarked;
