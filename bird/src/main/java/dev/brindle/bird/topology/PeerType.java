// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

/// Why we peer with someone, in the words of `calicoctl node status`.
public enum PeerType {
  MESH("Mesh", "node-to-node mesh"),
  NODE("Node", "node specific"),
  GLOBAL("Global", "global"),
  LOCAL_WORKLOAD("Local_Workload", "local workload");

  private final String prefix;
  private final String text;

  PeerType(String prefix, String text) {
    this.prefix = prefix;
    this.text = text;
  }

  /// What names of such peers begin with.
  String prefix() {
    return prefix;
  }

  @Override
  public String toString() {
    return text;
  }
}
