// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.UniqueId;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.Protocol;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a set is made of: which endpoints and sets of networks, and what of them.
public sealed interface SetDefinition {

  /// Those that contribute.
  Selector selector();

  /// Equal definitions have equal names.
  IpSetName name();

  /// What one of them contributes.
  Set<IpSetMember> members(AddressSource source);

  /// All their addresses.
  record Addresses(Selector selector) implements SetDefinition {

    @Override
    public IpSetName name() {
      return new IpSetName(selector.uniqueId());
    }

    @Override
    public Set<IpSetMember> members(AddressSource source) {
      return source.networks().stream()
          .map(IpSetMember.Net::new)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /// The addresses of the endpoints with the port that they declare by this name.
  ///
  /// @param protocol only ports of this protocol; absent for all
  record NamedPort(Selector selector, Optional<Protocol> protocol, String port)
      implements SetDefinition {

    @Override
    public IpSetName name() {
      String wanted = protocol.map(p -> p.toString().toLowerCase(Locale.ROOT)).orElse("none");
      return new IpSetName(UniqueId.of("n:", selector.uniqueId() + "," + wanted + "," + port));
    }

    @Override
    public Set<IpSetMember> members(AddressSource source) {
      return source.ports().stream()
          .filter(candidate -> candidate.name().equals(port))
          .filter(candidate -> protocol.isEmpty() || protocol.get().equals(candidate.protocol()))
          .flatMap(
              found ->
                  source.networks().stream()
                      .filter(Cidr::isHost)
                      .map(
                          host ->
                              new IpSetMember.AddressAndPort(
                                  host.address(), found.protocol(), found.port())))
          .collect(Collectors.toUnmodifiableSet());
    }
  }
}
