// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.PortRange;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.PrefixCover;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The nameless set behind a list of several addresses or ports in a rule.
///
/// @param keyType number of the key's data type in nft(8)
record AnonymousSet(int keyType, int keyLength, List<KernelElement> elements) {

  static final int IPV4_ADDRESS = 7;
  static final int IPV6_ADDRESS = 8;
  static final int PORT = 13;
  private static final int MAX_PORT = 0xffff;

  /// @return empty if the expression needs none
  static Optional<AnonymousSet> of(NftExpression expression) {
    return switch (expression) {
      case NftExpression.Addresses(_, var cidrs, _) when cidrs.size() > 1 ->
          Optional.of(addresses(cidrs));
      case NftExpression.Ports(_, var ports, _) when ports.size() > 1 -> Optional.of(ports(ports));
      default -> Optional.empty(); // every other kind is complete in itself
    };
  }

  private static AnonymousSet addresses(Collection<Cidr> cidrs) {
    boolean isIpv4 = cidrs.iterator().next().address().isIpv4();
    var elements = new ArrayList<KernelElement>();
    for (Cidr cidr : PrefixCover.of(cidrs)) {
      if (cidr.address().isIpv4() != isIpv4) {
        throw new IllegalArgumentException("addresses of both families in one list: " + cidrs);
      }
      elements.addAll(KernelElement.interval(cidr));
    }
    return new AnonymousSet(isIpv4 ? IPV4_ADDRESS : IPV6_ADDRESS, isIpv4 ? 4 : 16, elements);
  }

  private static AnonymousSet ports(Collection<PortRange> ports) {
    var elements = new ArrayList<KernelElement>();
    for (PortRange range : merged(ports)) {
      elements.add(KernelElement.start(port(range.min())));
      if (range.max() < MAX_PORT) {
        elements.add(KernelElement.end(port(range.max() + 1)));
      }
    }
    return new AnonymousSet(PORT, Short.BYTES, elements);
  }

  static List<PortRange> merged(Collection<PortRange> ports) {
    var merged = new ArrayList<PortRange>();
    for (PortRange range : ports.stream().sorted().toList()) {
      if (!merged.isEmpty() && range.min() <= merged.getLast().max() + 1) {
        PortRange last = merged.removeLast();
        merged.add(new PortRange(last.min(), Math.max(last.max(), range.max())));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  static byte[] port(int port) {
    return new byte[] {(byte) (port >>> 8), (byte) port};
  }
}
