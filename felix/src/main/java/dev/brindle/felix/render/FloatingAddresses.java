// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.settings.FloatingIps;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Addresses of one family that lead to pods of this node, and to which of their own. Of several
/// pods that ask for the same one the lowest address has it.
record FloatingAddresses(SortedMap<IpAddress, IpAddress> targets) {

  static final FloatingAddresses NONE = new FloatingAddresses(new TreeMap<>());

  FloatingAddresses {
    targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
  }

  static FloatingAddresses of(
      Collection<WorkloadEndpoint> endpoints, IpFamily family, Settings settings) {
    if (settings.get(Parameters.FLOATING_IPS) == FloatingIps.DISABLED) {
      return NONE;
    }
    SortedMap<IpAddress, IpAddress> targets = new TreeMap<>();
    for (WorkloadEndpoint endpoint : endpoints) {
      for (WorkloadEndpoint.IpNat nat : endpoint.spec().ipNATs()) {
        if (nat.externalIP().family() == family && nat.internalIP().family() == family) {
          targets.merge(
              nat.externalIP(),
              nat.internalIP(),
              (one, other) -> one.compareTo(other) <= 0 ? one : other);
        }
      }
    }
    return new FloatingAddresses(targets);
  }

  boolean isEmpty() {
    return targets.isEmpty();
  }

  /// Before it is decided where packets go.
  List<NftRule> inwards() {
    return targets.entrySet().stream()
        .map(
            entry ->
                NftRule.of(
                    new NftExpression.Address(Side.DESTINATION, Cidr.host(entry.getKey()), false),
                    new NftExpression.Dnat(entry.getValue())))
        .toList();
  }

  /// A pod that calls itself by its floating address would answer itself past the translation.
  List<NftRule> backToItself() {
    return targets.entrySet().stream()
        .flatMap(entry -> backToItself(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Stream<NftRule> backToItself(IpAddress floating, IpAddress own) {
    return Stream.of(
        NftRule.of(
            new NftExpression.CtDnat(false),
            new NftExpression.Address(Side.SOURCE, Cidr.host(own), false),
            new NftExpression.Address(Side.DESTINATION, Cidr.host(own), false),
            new NftExpression.Snat(floating, Optional.empty())));
  }
}
