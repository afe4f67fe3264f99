// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.policy.set.IpSetName;

/// Names of sets: Calico's, at most 31 characters, `:` as `-`.
final class SetName {

  private static final int MAX_LENGTH = 31;

  private SetName() {}

  static String of(IpFamily family, IpSetName set) {
    return of(family, set.id());
  }

  static String pools(IpFamily family) {
    return of(family, "network-ip-pools");
  }

  static String masqueradedPools(IpFamily family) {
    return of(family, "masq-ipam-pools");
  }

  static String hosts(IpFamily family) {
    return of(family, "all-hosts-net");
  }

  static String vxlanHosts(IpFamily family) {
    return of(family, "all-vxlan-net");
  }

  private static String of(IpFamily family, String id) {
    String name = "cali%d0%s".formatted(family.version(), id);
    return name.substring(0, Math.min(MAX_LENGTH, name.length())).replace(':', '-');
  }
}
