// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsParserTest {

  @Test
  void nothingGivesTheDefaults() {
    assertThat(OptionsParser.parse(List.of())).isEqualTo(LabOptions.defaults());
  }

  @Test
  void takesEveryOptionInEitherForm() {
    LabOptions options =
        OptionsParser.parse(
            List.of(
                ("--nodes=5 --pods 10 --router bird --store etcd --family dual --encap vxlan --json --keep"
                        + " --policy a.yaml b.yaml --topology t.json --policy c.yaml")
                    .split(" ", -1)));

    assertThat(options.nodes()).isEqualTo(5);
    assertThat(options.podsPerNode()).isEqualTo(10);
    assertThat(options.router()).isEqualTo(RouterKind.BIRD);
    assertThat(options.store()).isEqualTo(StoreKind.ETCD);
    assertThat(options.family()).isEqualTo(FamilyChoice.DUAL);
    assertThat(options.encap()).isEqualTo(Encap.VXLAN);
    assertThat(options.policyFiles()).containsExactly("a.yaml", "b.yaml", "c.yaml");
    assertThat(options.topologyFile()).contains("t.json");
    assertThat(options.json()).isTrue();
    assertThat(options.keep()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --nodes 0                  | --nodes 0 is not in 1..50
          --nodes 51                 | --nodes 51 is not in 1..50
          --pods 251                 | --pods 251 is not in 1..250
          --nodes x                  | --nodes 'x' is not a number
          --nodes                    | --nodes needs a value
          --pods --json              | --pods needs a value
          --nodes 50 --pods 50       | is more than 500 pods
          --router cisco             | --router 'cisco' is not one of brindle, bird, frr, gobgp, openbgpd, none
          --store floppy             | --store 'floppy' is not one of embedded, etcd
          --family 5                 | --family '5' is not one of 4, 6, dual
          --encap gre                | --encap 'gre' is not one of none, vxlan, ipip, cross-subnet
          --encap ipip --family dual | --encap ipip carries IPv4 only
          --policy                   | --policy needs a value
          --json=yes                 | --json takes no value
          --nodez 3                  | '--nodez' is not an option of lab
          """)
  void saysWhatIsWrong(String words, String message) {
    assertThatThrownBy(() -> OptionsParser.parse(List.of(words.split(" ", -1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
