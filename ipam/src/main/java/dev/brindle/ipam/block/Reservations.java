// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpReservation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Addresses that are given to nobody who does not ask for them by name: what all IPReservations
/// say together.
///
/// @param networks none inside another, in order
public record Reservations(NavigableSet<Cidr> networks) {

  public static final Reservations NONE = new Reservations(new TreeSet<>());

  /// Keeps the outermost of some networks.
  public Reservations {
    NavigableSet<Cidr> outermost = new TreeSet<>();
    for (Cidr network : networks) {
      Cidr before = outermost.floor(network);
      if (before == null || !before.contains(network)) {
        outermost.add(network);
      }
    }
    networks = outermost;
  }

  /// @throws IllegalArgumentException if one has a network that cannot be read: nobody knows then
  ///     what must not be given out
  public static Reservations of(Collection<IpReservation> reservations) {
    NavigableSet<Cidr> networks = new TreeSet<>();
    for (IpReservation reservation : reservations) {
      for (String text : reservation.spec().reservedCIDRs()) {
        networks.add(
            Cidr.tryParse(text)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "%s reserves '%s', which is no address and no network"
                                .formatted(reservation.key(), text))));
      }
    }
    return new Reservations(networks);
  }

  public boolean contains(IpAddress address) {
    Cidr before = networks.floor(Cidr.host(address));
    return before != null && before.contains(address);
  }

  /// Whether all of a network is reserved, by one reservation or by several together.
  public boolean covers(Cidr network) {
    return !networks.isEmpty() && count(network).equals(size(network));
  }

  /// How many addresses of a network are reserved.
  public BigInteger count(Cidr network) {
    return inside(network).stream()
        .map(Reservations::size)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private List<Cidr> inside(Cidr network) {
    Cidr around = networks.floor(network);
    if (around != null && around.contains(network)) {
      return List.of(network);
    }
    return new ArrayList<>(networks.subSet(network, true, Cidr.host(network.last()), true));
  }

  private static BigInteger size(Cidr network) {
    return BigInteger.ONE.shiftLeft(network.family().bits() - network.length());
  }
}
