// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.policy.engine.PolicyClass;

/// What iptables has tables for: how the names of chains begin.
enum Layer {
  RAW("raw-"),
  MANGLE("mangle-"),
  FILTER("filter-");

  private final String prefix;

  Layer(String prefix) {
    this.prefix = prefix;
  }

  String prefix() {
    return prefix;
  }

  /// Where policies of a class are asked first.
  static Layer of(PolicyClass policyClass) {
    return switch (policyClass) {
      case UNTRACKED -> RAW;
      case PRE_DNAT -> MANGLE;
      case ORDINARY, FORWARDED -> FILTER;
    };
  }
}
