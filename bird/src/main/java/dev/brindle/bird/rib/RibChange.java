// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;

/// What became of a prefix.
public sealed interface RibChange {

  Cidr prefix();

  record Chosen(Cidr prefix, Choice choice) implements RibChange {}

  record Gone(Cidr prefix) implements RibChange {}
}
