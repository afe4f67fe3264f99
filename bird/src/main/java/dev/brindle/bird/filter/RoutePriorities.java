// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.IpFamily;

/// Calico's route priorities (kernel metrics, smaller is better) and how LOCAL_PREF carries them:
/// as the distance from 2^31 - 1.
public record RoutePriorities(long ipv4, long ipv6) {

  public static final RoutePriorities DEFAULT = new RoutePriorities(1024, 1024);

  private static final long ZERO_PRIORITY = Integer.MAX_VALUE;

  public long localPref(IpFamily family) {
    return localPref(
        switch (family) {
          case IPV4 -> ipv4;
          case IPV6 -> ipv6;
        });
  }

  public static long localPref(long priority) {
    return ZERO_PRIORITY - priority;
  }
}
