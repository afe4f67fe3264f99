// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Names and indexes of interfaces, asked for once each. Lives no longer than one call.
final class DeviceNames {

  private final LiveLinks links;
  private final Map<String, Optional<Integer>> indexes = new HashMap<>();
  private final Map<Integer, Optional<String>> names = new HashMap<>();

  DeviceNames(LiveLinks links) {
    this.links = links;
  }

  void add(Link link) {
    indexes.put(link.name(), Optional.of(link.index()));
    names.put(link.index(), Optional.of(link.name()));
  }

  /// @throws KernelException ENODEV if there is none
  int index(String name) {
    return indexes
        .computeIfAbsent(name, n -> links.find(n).map(Link::index))
        .orElseThrow(() -> new KernelException("find interface " + name, Errno.ENODEV));
  }

  /// May be asked in the middle of a list, so it asks the kernel nothing.
  Optional<String> name(int index) {
    return names.getOrDefault(index, Optional.empty());
  }
}
