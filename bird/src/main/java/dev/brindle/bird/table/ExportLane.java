// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Members of a group that have been told the same, and what is still to be told to them. What they
/// do not read is an entry for each prefix here, however often it changed.
final class ExportLane {

  final PrefixQueue pending = new PrefixQueue();
  private final List<Receiver> members = new ArrayList<>();
  private final BitSet sources = new BitSet();

  /// Which prefixes these members have; null in the main lane, where the group knows.
  final @Nullable BitSet told;

  /// Nothing has been told here yet: others who begin may join.
  boolean isFresh = true;

  ExportLane(@Nullable BitSet told) {
    this.told = told;
  }

  boolean isReady() {
    for (int i = 0; i < members.size(); i++) {
      if (!members.get(i).isReady()) {
        return false;
      }
    }
    return true;
  }

  boolean isAnyReady() {
    return members.stream().anyMatch(Receiver::isReady);
  }

  boolean hasMember(int source) {
    return sources.get(source);
  }

  /// In the order they came.
  List<Receiver> members() {
    return members;
  }

  void add(Receiver member) {
    members.add(member);
    sources.set(member.source());
  }

  void remove(Receiver member) {
    if (members.remove(member)) {
      sources.clear(member.source());
    }
  }

  /// Whether a source is the only member.
  boolean isOnly(int source) {
    return members.size() == 1 && sources.get(source);
  }
}
