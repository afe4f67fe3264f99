// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// One element as the kernel has it: the key's bytes, where an interval ends, and where to go.
///
/// @param isEnd the first key that is not inside the interval any more
/// @param chain the target of a verdict map's `goto`; empty in sets
@SuppressWarnings("ArrayRecordComponent") // carried into a message, never compared
record KernelElement(byte[] key, boolean isEnd, String chain) {

  private static final int NAME_LENGTH = 16;

  static KernelElement start(byte[] key) {
    return new KernelElement(key, false, "");
  }

  static KernelElement end(byte[] key) {
    return new KernelElement(key, true, "");
  }

  /// @throws IllegalArgumentException if the element is not of the set's kind or the table's family
  static List<KernelElement> of(NftFamily family, NftSet set, NftElement element) {
    return switch (element) {
      case NftElement.Net(Cidr cidr) when set.key() == NftSet.Key.PREFIX ->
          interval(own(family, cidr));
      case NftElement.Net(Cidr cidr) when set.key() == NftSet.Key.ADDRESS && cidr.isHost() ->
          List.of(start(own(family, cidr).address().bytes()));
      case NftElement.Endpoint endpoint when set.key() == NftSet.Key.ADDRESS_PROTOCOL_PORT ->
          List.of(start(concatenation(family, endpoint)));
      case NftElement.GoTo(String name, String chain) when set.isMap() ->
          List.of(new KernelElement(interfaceName(name), false, chain));
      case NftElement.Net _, NftElement.Endpoint _, NftElement.GoTo _ ->
          throw new IllegalArgumentException(
              "set %s with the key %s cannot hold %s".formatted(set.name(), set.key(), element));
    };
  }

  private static Cidr own(NftFamily family, Cidr cidr) {
    boolean fits = family == NftFamily.of(cidr.family());
    if (!fits) {
      throw new IllegalArgumentException("%s in a set of family %s".formatted(cidr, family));
    }
    return cidr;
  }

  /// The prefix and the first address behind it; nothing is behind the last address.
  static List<KernelElement> interval(Cidr cidr) {
    KernelElement start = start(cidr.address().bytes());
    IpAddress behind = cidr.last().plus(1);
    return behind.isUnspecified() ? List.of(start) : List.of(start, end(behind.bytes()));
  }

  /// Each part is padded to four bytes.
  private static byte[] concatenation(NftFamily family, NftElement.Endpoint endpoint) {
    byte[] address = own(family, Cidr.host(endpoint.address())).address().bytes();
    byte[] key = Arrays.copyOf(address, address.length + 8);
    key[address.length] = (byte) endpoint.protocol().number();
    key[address.length + 4] = (byte) (endpoint.port() >>> 8);
    key[address.length + 5] = (byte) endpoint.port();
    return key;
  }

  /// @throws IllegalArgumentException if no interface can have the name
  static byte[] interfaceName(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length >= NAME_LENGTH) {
      throw new IllegalArgumentException(
          "interface name '%s' has not 1 to 15 bytes".formatted(name));
    }
    return Arrays.copyOf(bytes, NAME_LENGTH);
  }

  int size() {
    return key.length + (chain.isEmpty() ? 0 : chain.length() + 24) + 24;
  }
}
