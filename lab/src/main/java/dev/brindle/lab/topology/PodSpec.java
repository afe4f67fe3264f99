// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.Map;

/// A pod of the lab.
///
/// @param node name of the node it runs on
public record PodSpec(String name, String node, Map<String, String> labels) {

  public PodSpec {
    Names.check(name);
    labels = Map.copyOf(labels);
  }
}
