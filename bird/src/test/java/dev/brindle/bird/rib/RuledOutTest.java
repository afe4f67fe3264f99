// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice.Rule;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuledOutTest {

  private static Path path(int peer, long localPref, int... through) {
    IpAddress address = IpAddress.ofIpv4(0xc0000200L + peer);
    AsPath asPath = AsPath.EMPTY;
    for (int as : through) {
      asPath = asPath.prepended(new AsNumber(as));
    }
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), asPath, new LocalPref(localPref));
    Source source = new Source(Source.Kind.EXTERNAL, "p" + peer, address, address, false);
    return new Path(source, attributes, Path.ORDINARY);
  }

  @Test
  void namesTheRuleByWhichEachFell() {
    List<Path> paths =
        List.of(path(1, 100, 1), path(2, 200, 1, 2), path(3, 200, 3), path(4, 200, 4));

    assertThat(BestPath.ruledOut(paths, paths.get(2)))
        .containsExactly(
            Optional.of(Rule.LOCAL_PREF),
            Optional.of(Rule.AS_PATH),
            Optional.empty(),
            Optional.of(Rule.IDENTIFIER));
  }

  /// RFC 5004: what would come first by its identifier came later.
  @Test
  void whatCameLaterFellForThat() {
    List<Path> paths = List.of(path(1, 100, 1), path(2, 200, 2), path(3, 200, 3));

    assertThat(BestPath.ruledOut(paths, paths.get(2)))
        .containsExactly(Optional.of(Rule.LOCAL_PREF), Optional.of(Rule.OLDER), Optional.empty());
    assertThat(BestPath.choose(paths, paths.get(2)).best()).isSameAs(paths.get(2));
    assertThat(BestPath.choose(paths, paths.get(2)).decidedBy()).isEqualTo(Rule.OLDER);
    assertThat(BestPath.choose(paths, paths.get(0)).best()).isSameAs(paths.get(1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theBestAloneIsNotRuledOutAndTheLastRuleDecided(long seed) {
    List<Path> paths = new ArrayList<>();
    for (int peer = 1; peer <= 12; peer++) {
      int[] through = new int[1 + peer % 3];
      Arrays.fill(through, peer);
      paths.add(path(peer, 100 + peer % 2, through));
    }
    Collections.shuffle(paths, new Random(seed));
    Choice choice = BestPath.choose(paths).orElseThrow();

    List<Optional<Rule>> fell = BestPath.ruledOut(paths, choice.best());

    for (int i = 0; i < paths.size(); i++) {
      assertThat(fell.get(i).isEmpty()).isEqualTo(paths.get(i).equals(choice.best()));
    }
    assertThat(fell.stream().flatMap(Optional::stream).max(Rule::compareTo))
        .contains(choice.decidedBy());
  }
}
