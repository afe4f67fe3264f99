// SPDX-License-Identifier: Apache-2.0
/// Felix's settings: which there are, and which value counts on this node.
@NullMarked
package dev.brindle.felix.settings;

import org.jspecify.annotations.NullMarked;
