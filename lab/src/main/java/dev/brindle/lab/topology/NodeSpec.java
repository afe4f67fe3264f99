// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// A node of the lab.
///
/// @param number from 1, in the order of the topology; its addresses come from it
/// @param segment from 1: the network it is on
public record NodeSpec(String name, int number, int segment) {

  public NodeSpec {
    Names.check(name);
    if (number < 1 || number > LabOptions.MOST_NODES) {
      throw new IllegalArgumentException(
          "node %s: number %d is not in 1..%d".formatted(name, number, LabOptions.MOST_NODES));
    }
  }
}
