// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import dev.brindle.api.net.IpFamily;

/// Which packets a table sees.
public enum NftFamily {
  IP(2),
  IP6(10),
  INET(1),
  ARP(3);

  private final int number;

  NftFamily(int number) {
    this.number = number;
  }

  public static NftFamily of(IpFamily family) {
    return family == IpFamily.IPV4 ? IP : IP6;
  }

  /// `NFPROTO_...` of netfilter.h.
  public int number() {
    return number;
  }
}
