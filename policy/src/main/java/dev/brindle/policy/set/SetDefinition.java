// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.UniqueId;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a set is made of: whose addresses, and what of them.
public sealed interface SetDefinition {

  /// Equal definitions have equal names.
  IpSetName name();

  /// What one of those that contribute contributes.
  Set<IpSetMember> members(AddressSource source);

  /// Of endpoints and sets of networks with certain labels.
  sealed interface OfSelected extends SetDefinition {

    /// Those that contribute.
    Selector selector();
  }

  /// Of the endpoints behind a service.
  sealed interface OfService extends SetDefinition {

    ServiceName service();
  }

  /// All their addresses.
  record Addresses(Selector selector) implements OfSelected {

    @Override
    public IpSetName name() {
      return new IpSetName(selector.uniqueId());
    }

    @Override
    public Set<IpSetMember> members(AddressSource source) {
      return networks(source);
    }
  }

  /// The addresses of the endpoints with the port that they declare by this name.
  ///
  /// @param protocol only ports of this protocol; absent for all
  record NamedPort(Selector selector, Optional<Protocol> protocol, String port)
      implements OfSelected {

    @Override
    public IpSetName name() {
      String wanted = protocol.map(p -> p.toString().toLowerCase(Locale.ROOT)).orElse("none");
      return new IpSetName(UniqueId.of("n:", selector.uniqueId() + "," + wanted + "," + port));
    }

    @Override
    public Set<IpSetMember> members(AddressSource source) {
      return withPorts(
          source,
          candidate ->
              candidate.name().equals(port)
                  && (protocol.isEmpty() || protocol.get().equals(candidate.protocol())));
    }
  }

  /// The addresses of a service's endpoints.
  record ServiceAddresses(ServiceName service) implements OfService {

    @Override
    public IpSetName name() {
      return new IpSetName(UniqueId.of("svcnoport:", service.toString()));
    }

    @Override
    public Set<IpSetMember> members(AddressSource source) {
      return networks(source);
    }
  }

  /// The addresses of a service's endpoints, with the ports that they serve.
  record ServicePorts(ServiceName service) implements OfService {

    @Override
    public IpSetName name() {
      return new IpSetName(UniqueId.of("svc:", service.toString()));
    }

    @Override
    public Set<IpSetMember> members(AddressSource source) {
      return withPorts(source, _ -> true);
    }
  }

  private static Set<IpSetMember> networks(AddressSource source) {
    return source.networks().stream()
        .map(IpSetMember.Net::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<IpSetMember> withPorts(AddressSource source, Predicate<EndpointPort> which) {
    return source.ports().stream()
        .filter(which)
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
