// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// For which kinds of pool felix, rather than bird, writes routes to other nodes. VXLAN is always
/// felix's.
public enum ClusterRouting {
  DISABLED("Disabled"),
  ENABLED_IPIP_ONLY("EnabledIPIPOnly"),
  ENABLED_NO_ENCAP_ONLY("EnabledNoEncapOnly"),
  ENABLED("Enabled");

  private final String text;

  ClusterRouting(String text) {
    this.text = text;
  }

  public boolean includesIpip() {
    return this == ENABLED || this == ENABLED_IPIP_ONLY;
  }

  public boolean includesUnencapsulated() {
    return this == ENABLED || this == ENABLED_NO_ENCAP_ONLY;
  }

  @Override
  public String toString() {
    return text;
  }
}
