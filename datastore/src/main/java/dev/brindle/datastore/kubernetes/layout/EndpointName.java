// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The name of a pod's endpoint: `node-k8s-pod-eth0`, dashes within a part written twice.
record EndpointName(String node, String pod) {

  private static final String ORCHESTRATOR = "k8s";
  private static final String INTERFACE = "eth0";

  /// Empty for the endpoint of what is no pod.
  static Optional<EndpointName> parse(String name) {
    List<String> parts = parts(name);
    boolean isPod =
        parts.size() == 4
            && parts.get(1).equals(ORCHESTRATOR)
            && parts.get(3).equals(INTERFACE)
            && !parts.contains("");
    return isPod ? Optional.of(new EndpointName(parts.get(0), parts.get(2))) : Optional.empty();
  }

  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    var part = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char each = name.charAt(i);
      boolean isDouble = each == '-' && i + 1 < name.length() && name.charAt(i + 1) == '-';
      if (each == '-' && !isDouble) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(each);
        i += isDouble ? 1 : 0;
      }
    }
    parts.add(part.toString());
    return parts;
  }

  String text() {
    return "%s-%s-%s-%s".formatted(doubled(node), ORCHESTRATOR, doubled(pod), INTERFACE);
  }

  private static String doubled(String part) {
    return part.replace("-", "--");
  }
}
