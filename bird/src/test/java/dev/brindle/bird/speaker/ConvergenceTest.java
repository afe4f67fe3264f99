// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.topology.PeerConfig;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// To whom End-of-RIB may be said when, and when the tables are complete.
class ConvergenceTest {

  private static final PeerConfig TOR = Loopback.peer(1, 64512, 2, 64513, 179);
  private static final PeerConfig NODE = Loopback.peer(1, 64512, 3, 64512, 179);
  private static final PeerConfig CLIENT = reflected(Loopback.peer(1, 64512, 4, 64512, 179));

  private static PeerConfig reflected(PeerConfig peer) {
    return peer.withRouting(peer.routing().withReflectorClient(true));
  }

  @ParameterizedTest(name = "after {0}")
  @CsvSource(
      textBlock =
          """
          # what happens,          ToR,   node,  client, complete
          nothing,                 false, false, false,  false
          done 2,                  false, false, false,  false
          done 2 done 4,           false, true,  false,  false
          restarts 2 restarts 4,   false, true,  false,  false
          done 3,                  false, false, false,  false
          done 2 done 4 done 3,    true,  true,  true,   true
          restarts 2 restarts 3 restarts 4, true, true, true, false
          restarts 2 done 2 restarts 2 done 2, false, false, false, false
          reach,                   true,  true,  true,   true
          reach reach,             true,  true,  true,   true
          """)
  void waitsForWhatWouldBePassedOn(
      String events, boolean tor, boolean node, boolean client, boolean isComplete) {
    int[] reached = {0};
    boolean[] released = {false, false, false};
    Convergence[] all = new Convergence[1];
    all[0] =
        new Convergence(
            List.of(TOR, NODE, CLIENT),
            () -> {
              released[0] = all[0].mayEnd(TOR);
              released[1] = all[0].mayEnd(NODE);
              released[2] = all[0].mayEnd(CLIENT);
            },
            () -> reached[0]++);
    List<String> words = Arrays.asList(events.split(" ", -1));
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "done" -> all[0].done("Node_" + words.get(++i));
        case "restarts" -> all[0].restarts("Node_" + words.get(++i));
        case "reach" -> all[0].reach();
        default -> all[0].settle();
      }
    }

    assertThat(all[0].mayEnd(TOR)).isEqualTo(tor);
    assertThat(all[0].mayEnd(NODE)).isEqualTo(node);
    assertThat(all[0].mayEnd(CLIENT)).isEqualTo(client);
    assertThat(released).containsExactly(tor, node, client);
    assertThat(all[0].isReached()).isEqualTo(isComplete);
    assertThat(reached[0]).isEqualTo(isComplete ? 1 : 0);
  }
}
