// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Neighbours of one address: `1790`, `1790 passive`, `1790 from 192.0.2.1`.
class CalleeTest {

  private static PeerConfig peer(String text) {
    String[] words = text.strip().split(" ", -1);
    int port = Integer.parseInt(words[0]);
    PeerConfig peer =
        PeerConfig.of(
                "p" + port,
                PeerType.NODE,
                IpAddress.parse("192.0.2.9"),
                new AsNumber(1),
                new AsNumber(9))
            .withPort(port)
            .withPassive(text.contains("passive"));
    return text.contains("from")
        ? peer.withSource(Optional.of(IpAddress.parse(words[words.length - 1])))
        : peer;
  }

  @ParameterizedTest(name = "{0}: {1}, called at {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | neighbours                                      | called    | whose
          the only one                   | 179                                             | 192.0.2.1 | 179
          the only one, elsewhere        | 179 from 192.0.2.1                              | 192.0.2.2 | 179
          both are called by us          | 179, 1790                                       | 192.0.2.1 |
          one waits                      | 179, 1790 passive                               | 192.0.2.1 | 1790
          each has an address of ours    | 179 from 192.0.2.1, 1790 from 192.0.2.2         | 192.0.2.2 | 1790
          none has this one              | 179 from 192.0.2.1, 1790 from 192.0.2.2         | 192.0.2.3 |
          the one that names it          | 179 passive, 1790 passive from 192.0.2.1        | 192.0.2.1 | 1790
          the one that names none        | 179 passive, 1790 passive from 192.0.2.1        | 192.0.2.2 | 179
          named and active, named passive | 179 from 192.0.2.1, 1790 passive from 192.0.2.1 | 192.0.2.1 | 1790
          """)
  void findsTheOneThatIsCalled(
      String story, String neighbours, IpAddress called, @Nullable Integer port) {
    List<PeerConfig> sharing =
        Arrays.stream(neighbours.split(",", -1)).map(CalleeTest::peer).toList();

    for (List<PeerConfig> order : List.of(sharing, sharing.reversed())) {
      assertThat(Callee.of(order, called).map(PeerConfig::port))
          .isEqualTo(Optional.ofNullable(port));
    }
    assertThat(Callee.of(new ArrayList<>(), called)).isEmpty();
  }

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "179 passive, 1790 passive, true",
    "179 passive, 1790, false",
    "179, 1790, false",
    "179 passive from 192.0.2.1, 1790 passive from 192.0.2.2, false",
    "179 passive from 192.0.2.1, 1790 passive from 192.0.2.1, true",
    "179 passive from 192.0.2.1, 1790 passive, false"
  })
  void twoThatWaitMustDiffer(String one, String other, boolean isAmbiguous) {
    Optional<Callee.Waiting> first = Callee.waiting(peer(one));
    assertThat(first.isPresent() && first.equals(Callee.waiting(peer(other))))
        .isEqualTo(isAmbiguous);
  }
}
