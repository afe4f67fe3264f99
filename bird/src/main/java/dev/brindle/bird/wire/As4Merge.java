// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.PathAttribute.Aggregator;
import dev.brindle.bird.wire.PathAttribute.As4Aggregator;
import dev.brindle.bird.wire.PathAttribute.As4Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts four-octet AS numbers back where a peer that knows only two wrote AS_TRANS
/// (RFC 6793 §4.2.3).
final class As4Merge {

  private As4Merge() {}

  /// Afterwards there is no AS4 attribute left.
  static PathAttributes merged(PathAttributes read, PeerTerms terms) {
    if (terms.fourOctetAs()) {
      return read;
    }
    Optional<As4Path> path = read.find(As4Path.class);
    Optional<As4Aggregator> aggregator = read.find(As4Aggregator.class);
    PathAttributes merged = read.without(AttributeType.AS4_PATH, AttributeType.AS4_AGGREGATOR);
    Optional<Aggregator> old = read.find(Aggregator.class);
    if (old.isPresent() && !old.get().as().equals(AsNumber.AS_TRANS)) {
      return merged; // someone on the way did not keep the AS4 attributes up
    }
    if (old.isPresent() && aggregator.isPresent()) {
      merged = merged.with(new Aggregator(aggregator.get().as(), aggregator.get().identifier()));
    }
    return path.isPresent() && read.find(AsPath.class).isPresent()
        ? merged.with(join(read.asPath(), path.get().path()))
        : merged;
  }

  /// The nearest numbers of the old path, as many as it is longer, then the new path. Segments of a
  /// confederation count for nothing and go along, in front and beside what is taken.
  private static AsPath join(AsPath old, AsPath four) {
    int missing = old.length() - four.length();
    if (missing < 0) {
      return old;
    }
    List<Segment> segments = new ArrayList<>();
    for (Segment segment : old.segments()) {
      int length = new AsPath(List.of(segment)).length();
      if (segment.isConfederation() || (missing > 0 && length <= missing)) {
        segments.add(segment);
        missing -= length;
      } else {
        if (missing > 0) {
          segments.add(new Segment(segment.type(), segment.numbers().subList(0, missing)));
        }
        break;
      }
    }
    segments.addAll(four.segments());
    return new AsPath(segments);
  }
}
