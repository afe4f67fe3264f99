// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import java.util.Optional;

/// What a packet must be like. All that is given must hold; lists of nets and ports mean any of
/// them,
/// their negations none of them. Of one side, numeric ports and port sets are alternatives.
///
/// @param family absent for both
/// @param notIcmp not this type, or not this code of it
public record RuleMatch(
    Optional<IpFamily> family,
    Optional<Protocol> protocol,
    Optional<Protocol> notProtocol,
    Optional<Rule.Icmp> icmp,
    Optional<Rule.Icmp> notIcmp,
    SideMatch source,
    SideMatch destination) {

  public static final RuleMatch EVERYTHING =
      new RuleMatch(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          SideMatch.ANY,
          SideMatch.ANY);
}
