// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice.Rule;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteViewTest {

  private final AttributeBlocks blocks = new AttributeBlocks();
  private final Sources sources = new Sources();
  private final PrefixIndex index = PrefixIndex.ipv6();
  private final PathTable paths = new PathTable(index, blocks, sources);
  private final RouteView view = new RouteView(Family.IPV6_UNICAST, index, paths, blocks, sources);
  private final Cidr cidr = Cidr.parse("2001:db8::8:0/112");
  private final int prefix =
      index.add(PrefixWords.high(cidr), PrefixWords.low(cidr), cidr.length());
  private final int one = source(1);
  private final int two = source(2);
  private final int three = source(3);

  private int source(int number) {
    IpAddress address = IpAddress.ofIpv4(number);
    return sources.add(new Source(Source.Kind.EXTERNAL, "peer" + number, address, address, false));
  }

  private static PathAttributes attributes(long localPref, long med) {
    return PathAttributes.of(AsPath.of(5), new LocalPref(localPref), new MultiExitDisc(med));
  }

  private void put(int source, int pathId, PathAttributes attributes) {
    byte[] bytes = CanonicalForm.of(attributes);
    int block = blocks.intern(bytes, 0, bytes.length);
    paths.put(prefix, source, pathId, block, false);
    blocks.release(block);
  }

  private static List<String> names(List<Path> paths) {
    return paths.stream().map(path -> path.source().name()).toList();
  }

  @Test
  void knowsPrefixesByNumberAndByName() {
    assertThat(view.find(cidr)).isEqualTo(prefix);
    assertThat(view.cidr(prefix)).isEqualTo(cidr);
    assertThat(view.find(Cidr.parse("2001:db8::8:0/113"))).isNegative();
    assertThat(view.hasPath(prefix)).as("a number, and no path").isFalse();
    assertThat(view.choice(prefix)).isEmpty();
    assertThat(view.equals(prefix, 16)).isEmpty();
  }

  /// Two and three are as good as each other, one is worse; three told two paths.
  private void fill() {
    put(one, 0, attributes(50, 0));
    put(three, 7, attributes(100, 0));
    put(three, 8, attributes(100, 4));
    put(two, 0, attributes(100, 0));
  }

  @Test
  void theBestComesFirstOfThoseAsGood() {
    fill();

    assertThat(names(view.equals(prefix, 16))).containsExactly("peer2", "peer3");
    assertThat(names(view.equals(prefix, 1))).containsExactly("peer2");
    assertThat(view.choice(prefix).orElseThrow().decidedBy()).isEqualTo(Rule.IDENTIFIER);
    assertThat(view.hasPathOf(prefix, three)).isTrue();
    assertThat(view.hasPathOf(prefix, source(4))).isFalse();
  }

  @Test
  void listsAllPathsWithWhatBecameOfThem() {
    fill();
    paths.markStale(three);

    assertThat(view.listed(prefix))
        .extracting(
            it -> it.path().source().name(),
            it -> it.path().pathId(),
            ListedPath::isBest,
            ListedPath::isEqual,
            ListedPath::isStale)
        .containsExactlyInAnyOrder(
            tuple("peer1", 0, false, false, false),
            tuple("peer2", 0, true, true, false),
            tuple("peer3", 7, false, true, true),
            tuple("peer3", 8, false, false, true));
    assertThat(view.paths(prefix)).hasSize(4);
  }

  @Test
  void showsTheRoutesOfOneSourceInParts() {
    fill();
    Cidr later = Cidr.parse("2001:db8:1::/48");
    int second = index.add(PrefixWords.high(later), PrefixWords.low(later), later.length());
    paths.put(second, three, 0, paths.block(prefix, 0), false);
    List<String> shown = new ArrayList<>();
    RouteVisitor visitor = (pathId, shownPrefix, _) -> shown.add(shownPrefix + " " + pathId);

    int next = view.showOf(three, 0, 1, visitor);
    assertThat(shown).containsExactlyInAnyOrder(cidr + " 7", cidr + " 8");
    assertThat(next).isEqualTo(1);
    assertThat(view.showOf(three, next, Integer.MAX_VALUE, visitor)).isNegative();
    assertThat(shown).hasSize(3).contains(later + " 0");
  }
}
