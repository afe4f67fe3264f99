// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Pods of a namespace, as `kubectl` lists them in three columns.
public record PodList(List<Pod> pods) {

  /// How to ask kubectl for them.
  public static final String COLUMNS =
      "custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,APP:.metadata.labels.k8s-app";

  private static final String NONE = "<none>";

  /// @param component what it is a part of; its own name if it does not say
  public record Pod(String name, String node, String component) {}

  public PodList {
    pods = List.copyOf(pods);
  }

  public static PodList parse(List<String> lines) {
    List<Pod> pods = new ArrayList<>();
    for (String line : lines) {
      String[] cells = line.strip().split("\\s+", -1);
      if (cells.length == 3 && !line.startsWith("#")) {
        pods.add(new Pod(cells[0], cells[1], cells[2].equals(NONE) ? cells[0] : cells[2]));
      }
    }
    return new PodList(pods);
  }

  /// Some of each component, those of the nodes that matter first.
  public List<Pod> chosen(int most, Collection<String> focus) {
    Map<String, List<Pod>> byComponent = new LinkedHashMap<>();
    pods.forEach(
        pod -> byComponent.computeIfAbsent(pod.component(), _ -> new ArrayList<>()).add(pod));
    List<Pod> chosen = new ArrayList<>();
    byComponent
        .values()
        .forEach(
            some -> {
              List<Pod> ordered = new ArrayList<>();
              some.stream().filter(pod -> focus.contains(pod.node())).forEach(ordered::add);
              some.stream().filter(pod -> !focus.contains(pod.node())).forEach(ordered::add);
              chosen.addAll(ordered.subList(0, Math.min(Math.max(most, 0), ordered.size())));
            });
    return List.copyOf(chosen);
  }
}
