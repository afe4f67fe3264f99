// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlacedResourceTest {

  private static final String TIER =
      "{\"apiVersion\": \"projectcalico.org/v3\", \"kind\": \"Tier\", \"metadata\": {\"name\": \"t\"}}";

  @Test
  void yamlHasLines() {
    String document = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n  name: t\n";

    assertThat(places("# two\n---\n" + document + "---\n" + document))
        .containsExactly("line 3", "line 8");
  }

  @Test
  void soHasAListInYaml() {
    assertThat(
            places(
                """
                apiVersion: projectcalico.org/v3
                kind: TierList
                items:
                - metadata: {name: a}
                - metadata: {name: b}
                """))
        .containsExactly("line 4", "line 5");
  }

  @Test
  void jsonHasPositionsInItsLists() {
    assertThat(places(TIER)).containsExactly("");
    assertThat(places("[%s, %s]".formatted(TIER, TIER))).containsExactly("[0]", "[1]");
    assertThat(
            places(
                "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [%s, %s]}"
                    .formatted(TIER, TIER)))
        .containsExactly("items[0]", "items[1]");
  }

  private static List<String> places(String text) {
    return ResourceCodec.readPlaced(text).stream().map(PlacedResource::place).toList();
  }
}
