// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodCidrMarksTest {

  private static final List<Cidr> NODE =
      List.of(Cidr.parse("10.9.1.0/24"), Cidr.parse("fd00:9:1::/64"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"ipam":{"subnet":"usePodCidr"}}                                                   | {"ipam":{"subnet":"10.9.1.0/24"}}
          {"ipam":{"subnet":"usePodCidrIPv6"}}                                               | {"ipam":{"subnet":"fd00:9:1::/64"}}
          {"ipam":{"ranges":[[{"subnet":"usePodCidr"}],[{"subnet":"usePodCidrIPv6"}]]}}      | {"ipam":{"ranges":[[{"subnet":"10.9.1.0/24"}],[{"subnet":"fd00:9:1::/64"}]]}}
          {"ipam":{"ranges":[[{"subnet":"10.1.0.0/16"},{"subnet":"usePodCidr"}]],"x":1},"y":2} | {"ipam":{"ranges":[[{"subnet":"10.1.0.0/16"},{"subnet":"10.9.1.0/24"}]],"x":1},"y":2}
          {"ipam":{"subnet":"10.1.0.0/16"},"note":"usePodCidr"}                              | {"ipam":{"subnet":"10.1.0.0/16"},"note":"usePodCidr"}
          """)
  void standForTheNodesNetworks(String configuration, String expected) {
    assertThat(PodCidrMarks.isIn(configuration)).isEqualTo(configuration.contains("usePodCidr"));
    assertThat(PodCidrMarks.replaced(configuration, NODE)).isEqualTo(expected);
  }

  @Test
  void aNodeWithoutOneOfThatFamily() {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(
            () ->
                PodCidrMarks.replaced(
                    "{\"ipam\":{\"subnet\":\"usePodCidrIPv6\"}}", NODE.subList(0, 1)))
        .withMessage(
            "network configuration: ipam.subnet is 'usePodCidrIPv6', but the node has no podCIDR of"
                + " IPv6: expected one in spec.podCIDRs of the Node (found [10.9.1.0/24])")
        .satisfies(e -> assertThat(e.error().number()).isEqualTo(7));
  }
}
