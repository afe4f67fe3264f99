// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// Towards what a pod keeps its own address though its pool has natOutgoing.
public enum NatExclusions {
  POOLS("IPPoolsOnly"),
  POOLS_AND_HOSTS("IPPoolsAndHostIPs");

  private final String text;

  NatExclusions(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
