// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.embedded.ResourceTable.Stored;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentReadsTest {

  private final RecentReads reads = new RecentReads();

  private static Stored row(String name, long revision, String body) {
    return new Stored(ResourceKey.of(ResourceKind.TIER, name), revision, Optional.of(body));
  }

  private static String tier(String name, int padding) {
    return "{\"metadata\":{\"name\":\"%s\",\"annotations\":{\"a\":\"%s\"}}}"
        .formatted(name, "x".repeat(padding));
  }

  private Tier read(Stored row) {
    return (Tier) reads.read(row).orElseThrow();
  }

  @Test
  void theSameTextHasTheRowsRevision() {
    Tier first = read(row("a", 1, tier("a", 5)));
    Tier second = read(row("a", 2, tier("a", 5)));

    assertThat(first.metadata().resourceVersion()).isEqualTo("1");
    assertThat(second.metadata().resourceVersion()).isEqualTo("2");
    assertThat(second.spec()).isSameAs(first.spec());
  }

  @Test
  void anotherTextOfTheSameRevisionIsRead() {
    read(row("a", 1, tier("a", 5)));

    assertThat(read(row("a", 1, tier("a", 6))).metadata().annotations())
        .containsEntry("a", "xxxxxx");
  }

  @Test
  void whatIsRemovedIsNothing() {
    var key = ResourceKey.of(ResourceKind.TIER, "a");
    read(row("a", 1, tier("a", 5)));

    assertThat(reads.read(new Stored(key, 2, Optional.empty()))).isEmpty();
  }

  @Test
  void whatCannotBeReadIsRefusedEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(ResourceFormatException.class)
          .isThrownBy(() -> reads.read(row("a", 1, "{")));
    }
    assertThat(reads.characters()).isZero();
  }

  @Test
  void noMoreIsKeptThanAMillionCharacters() {
    String latest = "";
    for (int i = 0; i < 50; i++) {
      latest = tier("t" + i, 100_000);
      read(row("t" + i, i, latest));
      assertThat(reads.characters()).isLessThanOrEqualTo(1 << 20);
    }
    assertThat(reads.characters()).isGreaterThan(900_000);

    Tier kept = read(row("t49", 50, latest));
    assertThat(read(row("t49", 51, latest)).spec()).isSameAs(kept.spec());
  }

  @Test
  void aTextLongerThanAllIsReadAndNotKept() {
    String huge = tier("a", 2_000_000);

    assertThat(read(row("a", 1, huge)).metadata().annotations())
        .containsEntry("a", "x".repeat(2_000_000));
    assertThat(reads.characters()).isZero();
  }
}
