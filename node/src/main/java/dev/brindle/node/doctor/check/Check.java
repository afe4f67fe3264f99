// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.Locale;

/// What is looked at, in the order in which it is told.
public enum Check {
  RIGHTS,
  KERNEL,
  SYSCTLS,
  FILES,
  CREDENTIALS,
  CLOCK,
  STORE,
  IPAM,
  ADDRESS,
  DAEMON,
  PORTS,
  PEERS,
  PATHS,
  TUNNELS,
  RULES,
  LEFTOVERS,
  NETWORK_MANAGERS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
