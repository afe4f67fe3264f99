// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// How packets between pods of different nodes travel.
public enum Encap implements Choice {
  NONE("none", "Never", "Never", 1),
  VXLAN("vxlan", "Always", "Never", 1),
  IPIP("ipip", "Never", "Always", 1),
  /// VXLAN, but only between nodes of different networks; so there are two of them.
  CROSS_SUBNET("cross-subnet", "CrossSubnet", "Never", 2);

  private final String word;
  private final String vxlanMode;
  private final String ipipMode;
  private final int segments;

  Encap(String word, String vxlanMode, String ipipMode, int segments) {
    this.word = word;
    this.vxlanMode = vxlanMode;
    this.ipipMode = ipipMode;
    this.segments = segments;
  }

  /// @throws IllegalArgumentException if there is no such word
  public static Encap parse(String word) {
    return Choice.named("--encap", word, values());
  }

  @Override
  public String word() {
    return word;
  }

  /// For CALICO_IPV4POOL_VXLAN and its IPv6 twin.
  public String vxlanMode() {
    return vxlanMode;
  }

  /// For CALICO_IPV4POOL_IPIP; IPv6 has none.
  public String ipipMode() {
    return ipipMode;
  }

  /// How many networks the nodes are spread over, unless a topology file says otherwise.
  public int segments() {
    return segments;
  }
}
