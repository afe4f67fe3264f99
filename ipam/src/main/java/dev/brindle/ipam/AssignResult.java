// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.IpAddress;
import java.util.List;

/// What became of a wish for addresses. Addresses given are held, in each case, until released.
public sealed interface AssignResult {

  /// What was given, IPv4 first.
  List<IpAddress> addresses();

  /// All that was wanted.
  record Full(List<IpAddress> addresses) implements AssignResult {

    public Full {
      addresses = List.copyOf(addresses);
    }
  }

  /// Some, but not all.
  ///
  /// @param reason for people: `Assigned 1 out of 2 requested IPv4 addresses; ...`
  record Partial(List<IpAddress> addresses, String reason) implements AssignResult {

    public Partial {
      addresses = List.copyOf(addresses);
    }
  }

  /// Nothing.
  record None(String reason) implements AssignResult {

    @Override
    public List<IpAddress> addresses() {
      return List.of();
    }
  }
}
