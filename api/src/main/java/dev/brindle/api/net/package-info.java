// SPDX-License-Identifier: Apache-2.0
/// Addresses, prefixes, numbers and ports, with the text forms that Calico prints.
@NullMarked
package dev.brindle.api.net;

import org.jspecify.annotations.NullMarked;
