// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.Cidr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Collects what one UPDATE takes back. Used once.
final class WithdrawnPaths {

  private final List<Cidr> prefixes = new ArrayList<>();
  private final List<Integer> ids = new ArrayList<>();
  private boolean hasIds;

  private record Path(Cidr prefix, int id) {}

  void add(Nlri nlri) {
    prefixes.addAll(nlri.prefixes());
    for (int i = 0; i < nlri.prefixes().size(); i++) {
      ids.add(nlri.id(i));
    }
    hasIds |= nlri.hasIds();
  }

  boolean isEmpty() {
    return prefixes.isEmpty();
  }

  /// What is announced in the same message counts as announced (RFC 4271 §4.3).
  void remove(Nlri announced) {
    if (prefixes.isEmpty()) {
      return;
    }
    Set<Path> wanted = new HashSet<>();
    for (int i = 0; i < announced.prefixes().size(); i++) {
      wanted.add(new Path(announced.prefixes().get(i), announced.id(i)));
    }
    int kept = 0;
    for (int i = 0; i < prefixes.size(); i++) {
      if (!wanted.contains(new Path(prefixes.get(i), ids.get(i)))) {
        prefixes.set(kept, prefixes.get(i));
        ids.set(kept, ids.get(i));
        kept++;
      }
    }
    prefixes.subList(kept, prefixes.size()).clear();
    ids.subList(kept, ids.size()).clear();
  }

  List<Cidr> prefixes() {
    return prefixes;
  }

  /// Empty if there were none in the message.
  List<Integer> ids() {
    return hasIds ? ids : List.of();
  }
}
