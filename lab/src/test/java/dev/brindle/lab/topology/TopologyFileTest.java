// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyFileTest {

  @Test
  void readsNodesPodsAndExpectations() {
    Topology topology =
        TopologyFile.parse(
            """
            {"segments": 2,
             "nodes": [{"name": "a1", "segment": 1}, {"name": "b1", "segment": 2}],
             "pods": [{"name": "web", "node": "a1", "labels": {"app": "server"}},
                      {"name": "shop", "node": "b1"}],
             "expect": [{"from": "shop", "to": "web", "protocol": "tcp", "port": 80,
                         "allowed": false}]}
            """,
            OptionsParser.parse(List.of("--encap", "vxlan")));

    assertThat(topology.nodes())
        .containsExactly(new NodeSpec("a1", 1, 1), new NodeSpec("b1", 2, 2));
    assertThat(topology.pods().getFirst().labels()).containsEntry("app", "server");
    assertThat(topology.stated().getFirst().traffic()).isEqualTo(Traffic.tcp(80));
    assertThat(topology.hosts()).containsExactly("router", "outside", "a1", "b1", "web", "shop");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"nodes": [                                                        | line 1, column
          {"nodes": [                                                        | expected close marker for Array
          {"segments": 2, "nodes": [{"name": "a"}]}                          | only through tunnels: add --encap
          []                                                                 | is not an object
          {"nodes": []}                                                      | 0 nodes is not in 1..50
          {"knots": []}                                                      | 'knots' is not one of
          {"nodes": [{"name": "A"}]}                                         | name 'A' is not
          {"nodes": [{"name": "a", "segment": 2}]}                           | segment 2 is not in 1..1
          {"nodes": [{"name": "a"}, {"name": "a"}]}                          | the name a is taken twice
          {"nodes": [{"name": "router"}]}                                    | the name router is taken
          {"nodes": [{"name": "a"}], "pods": [{"name": "p", "node": "b"}]}   | there is no node b
          {"nodes": [{"name": "a"}], "pods": 3}                              | pods is not a list
          {"nodes": [{"name": "a"}], "expect": [{"from": "p", "to": "q", "protocol": "icmp", "allowed": true}]} | there is no pod p
          {"nodes": [{"name": "a"}], "expect": [{"protocol": "sctp"}]}       | 'sctp' is not one of tcp, udp, icmp
          """)
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Topology parse(String text) {
    return TopologyFile.parse(text, LabOptions.defaults());
  }
}
