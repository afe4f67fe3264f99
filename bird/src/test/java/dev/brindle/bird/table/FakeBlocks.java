// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.List;

/// Attribute sets as values, with their facts read from the values, and a count of who holds them.
final class FakeBlocks implements BlockFacts {

  private final List<PathAttributes> sets = new ArrayList<>();
  private final List<Integer> references = new ArrayList<>();
  private final List<Long> summaries = new ArrayList<>();

  int add(PathAttributes attributes) {
    sets.add(attributes);
    references.add(0);
    summaries.add(BlockFacts.super.summary(sets.size() - 1));
    return sets.size() - 1;
  }

  PathAttributes attributes(int block) {
    return sets.get(block);
  }

  int references(int block) {
    return references.get(block);
  }

  int size() {
    return sets.size();
  }

  @Override
  public void retain(int block) {
    references.set(block, references.get(block) + 1);
  }

  @Override
  public void release(int block) {
    if (references.get(block) == 0) {
      throw new IllegalStateException("nobody holds block " + block);
    }
    references.set(block, references.get(block) - 1);
  }

  @Override
  public int localPref(int block) {
    return (int) sets.get(block).localPref().orElse(100);
  }

  @Override
  public int asLength(int block) {
    return sets.get(block).asPath().length();
  }

  @Override
  public int firstAs(int block) {
    return sets.get(block).asPath().first().map(AsNumber::value).orElse(0L).intValue();
  }

  @Override
  public int origin(int block) {
    return switch (sets.get(block).origin()) {
      case IGP -> 0;
      case EGP -> 1;
      case INCOMPLETE -> 2;
    };
  }

  @Override
  public int med(int block) {
    return (int) sets.get(block).multiExitDisc().orElse(0);
  }

  @Override
  public int originatorId(int block) {
    return sets.get(block).originatorId().map(id -> (int) id.low()).orElse(0);
  }

  @Override
  public int clusterCount(int block) {
    return sets.get(block).clusterList().size();
  }

  @Override
  public boolean isLastResort(int block) {
    return sets.get(block).communities().contains(Community.LLGR_STALE);
  }

  @Override
  public long summary(int block) {
    return summaries.get(block);
  }
}
