// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.List;

/// Which program speaks BGP outside the cluster.
public enum RouterKind implements Choice {
  BRINDLE("brindle", ""),
  BIRD("bird", "bird2"),
  FRR("frr", "frr"),
  GOBGP("gobgp", "gobgpd"),
  OPENBGPD("openbgpd", "openbgpd"),
  NONE("none", "");

  private final String word;
  private final String debianPackage;

  RouterKind(String word, String debianPackage) {
    this.word = word;
    this.debianPackage = debianPackage;
  }

  /// @throws IllegalArgumentException if there is no such word
  public static RouterKind parse(String word) {
    return Choice.named("--router", word, values());
  }

  @Override
  public String word() {
    return word;
  }

  /// What to install to have it; empty for our own.
  public String debianPackage() {
    return debianPackage;
  }

  /// Whether its program changes to a user of its own, and ends where there is none.
  public boolean changesUser() {
    return this == OPENBGPD;
  }

  /// Where its program may be; empty for our own.
  public List<String> places() {
    return switch (this) {
      case BIRD -> List.of("/usr/sbin/bird", "/usr/local/sbin/bird");
      case FRR -> List.of("/usr/lib/frr/bgpd", "/usr/libexec/frr/bgpd");
      case GOBGP -> List.of("/usr/bin/gobgpd", "/usr/local/bin/gobgpd");
      case OPENBGPD -> List.of("/usr/sbin/bgpd", "/usr/local/sbin/bgpd");
      case BRINDLE, NONE -> List.of();
    };
  }
}
