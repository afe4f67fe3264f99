// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.label.TextHash;

/// The name of a pod's interface on the host. The prefix `cali` is how felix, and a fresh process,
/// knows it.
public final class HostInterfaceName {

  private static final String PREFIX = "cali";

  /// An interface name has at most 15 characters (IFNAMSIZ of linux/if.h, less its zero).
  private static final int UNIQUE_PART = 11;

  private HostInterfaceName() {}

  /// `cali` and the first 11 hexadecimal digits of SHA-1(`<namespace>.<pod>`).
  public static String ofPod(String namespace, String pod) {
    return PREFIX + TextHash.SHA_1.hex(namespace + "." + pod).substring(0, UNIQUE_PART);
  }

  /// `cali` and the first 11 characters of the container's ID.
  public static String ofContainer(String containerId) {
    return PREFIX + containerId.substring(0, Math.min(UNIQUE_PART, containerId.length()));
  }
}
