// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.setup;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.node.settings.BadSettingException;
import dev.brindle.node.settings.PoolSettings;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The pool that a new cluster begins with.
public final class DefaultPools {

  private static final Cidr USUAL = Cidr.parse("192.168.0.0/16");

  private DefaultPools() {}

  /// @param pools all there are, of both families
  /// @param hostAddresses of the node, of both families
  /// @param podSubnet what kubeadm was told of the family, for who asks for no other range
  /// @param random for the IPv6 range, which is made up
  /// @return the pool to create; empty if none is wanted, or there is one of the family already
  /// @throws BadSettingException if the given range holds an address of the node
  public static Optional<IpPool> missing(
      PoolSettings wanted,
      List<IpPool> pools,
      List<InterfaceAddress> hostAddresses,
      Optional<Cidr> podSubnet,
      RandomGenerator random) {
    boolean hasOne =
        pools.stream().anyMatch(pool -> pool.spec().cidr().family() == wanted.family());
    return hasOne
        ? Optional.empty()
        : range(wanted, hostAddresses, podSubnet, random).map(cidr -> pool(wanted, cidr));
  }

  private static Optional<Cidr> range(
      PoolSettings wanted,
      List<InterfaceAddress> hostAddresses,
      Optional<Cidr> podSubnet,
      RandomGenerator random) {
    return switch (wanted.range()) {
      case PoolSettings.Range.None() -> Optional.empty();
      case PoolSettings.Range.Given(var cidr) ->
          Optional.of(checked(wanted.family(), cidr, hostAddresses));
      case PoolSettings.Range.Any() when podSubnet.isPresent() ->
          podSubnet.map(cidr -> checked(wanted.family(), cidr, hostAddresses));
      case PoolSettings.Range.Any() when wanted.family() == IpFamily.IPV6 ->
          Optional.of(uniqueLocal(random));
      case PoolSettings.Range.Any() -> Optional.of(freeIpv4(hostAddresses));
    };
  }

  private static Cidr checked(IpFamily family, Cidr cidr, List<InterfaceAddress> hostAddresses) {
    clash(cidr, hostAddresses)
        .ifPresent(
            address -> {
              throw new BadSettingException(
                  "CALICO_IPV%dPOOL_CIDR".formatted(family.version()),
                  cidr.toString(),
                  "a range that does not overlap the node's own network %s (%s)"
                      .formatted(address.cidr(), address));
            });
    return cidr;
  }

  /// Pods must not get addresses of the network the nodes are in. A host's lone address (/32, /128)
  /// inside a pool clashes as well; the other way round a default route's length 0 would be no
  /// network.
  private static Optional<InterfaceAddress> clash(Cidr cidr, List<InterfaceAddress> addresses) {
    return addresses.stream()
        .filter(address -> !address.address().isLoopback() && !address.address().isLinkLocal())
        .filter(address -> address.length() > 0 && address.cidr().overlaps(cidr))
        .findFirst();
  }

  private static Cidr freeIpv4(List<InterfaceAddress> hostAddresses) {
    Stream<Cidr> alternatives =
        IntStream.rangeClosed(16, 31).mapToObj(i -> Cidr.parse("172.%d.0.0/16".formatted(i)));
    return Stream.concat(Stream.of(USUAL), alternatives)
        .filter(cidr -> clash(cidr, hostAddresses).isEmpty())
        .findFirst()
        .orElseThrow(
            () ->
                new BadSettingException(
                    "CALICO_IPV4POOL_CIDR",
                    "",
                    "a CIDR, as the node has addresses in %s and in all of 172.16.0.0/12"
                        .formatted(USUAL)));
  }

  /// `fdXX:XXXX:XXXX::/48` with 40 random bits (RFC 4193 §3.1).
  private static Cidr uniqueLocal(RandomGenerator random) {
    long bits = random.nextLong() & 0xff_ffff_ffffL;
    return new Cidr(IpAddress.ofIpv6((0xfdL << 56) | (bits << 16), 0), 48);
  }

  private static IpPool pool(PoolSettings wanted, Cidr cidr) {
    String name = "default-ipv%d-ippool".formatted(wanted.family().version());
    return new IpPool(
        Metadata.named(name),
        new IpPool.Spec(
            cidr,
            wanted.ipip(),
            wanted.vxlan(),
            wanted.natOutgoing(),
            false,
            wanted.disableBgpExport(),
            wanted.blockSize(),
            wanted.nodeSelector(),
            "",
            List.of(),
            IpPool.AssignmentMode.AUTOMATIC));
  }
}
