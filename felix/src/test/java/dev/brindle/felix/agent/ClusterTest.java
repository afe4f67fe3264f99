// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.felix.route.BlockHolders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTest {

  private static final IpamBlock BEFORE = block("host:n2", "n2");

  private final Cluster cluster = new Cluster("n1");

  @ParameterizedTest(name = "{0}, address of {1}: routes differ {2}")
  @CsvSource(
      textBlock =
          """
          # affinity | node of the new address | does it matter
          host:n2    , n2                      , false
          host:n2    , n3                      , true
          host:n3    , n3                      , true
          host:n3    , n2                      , true
          """)
  void aBlockMattersWhenItOrAPartOfItChangesHands(
      String affinity, String holder, boolean isDifferent) {
    assertThat(cluster.apply(List.of(Change.to(BEFORE)))).isTrue();

    assertThat(cluster.apply(List.of(Change.to(block(affinity, "n2", holder)))))
        .isEqualTo(isDifferent);
    assertThat(cluster.view().blocks())
        .containsExactly(BlockHolders.of(block(affinity, "n2", holder)));
  }

  @Test
  void aBlockMattersWhenItGoesAndWhenItComesBack() {
    cluster.apply(List.of(Change.to(BEFORE)));

    assertThat(cluster.apply(List.of(Change.gone(BEFORE.key())))).isTrue();
    assertThat(cluster.apply(List.of(Change.gone(BEFORE.key())))).isFalse();
    assertThat(cluster.apply(List.of(Change.to(BEFORE)))).isTrue();
  }

  /// A block of four addresses, the first ones held by pods of these nodes.
  private static IpamBlock block(String affinity, String... holders) {
    List<IpamBlock.Attribute> attributes =
        List.of(holders).stream()
            .map(
                node ->
                    new IpamBlock.Attribute(
                        "handle", Map.of("node", node), Map.of(), Optional.empty()))
            .toList();
    return new IpamBlock(
        Metadata.named("10-0-2-0-30"),
        new IpamBlock.Spec(
            Cidr.parse("10.0.2.0/30"),
            Optional.of(affinity),
            "",
            List.of(0, holders.length > 1 ? 1 : IpamBlock.FREE, IpamBlock.FREE, IpamBlock.FREE),
            List.of(2, 3),
            attributes,
            holders.length,
            Map.of(),
            false));
  }
}
