// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import org.junit.jupiter.api.Test;

class DecodedBlocksTest {

  private static final PathAttributes SOME =
      PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY);

  private final DecodedBlocks blocks = new DecodedBlocks();

  @Test
  void findsWhatWasKeptLast() {
    blocks.keep(7, 40, SOME);

    assertThat(blocks.find(7)).isSameAs(SOME);
    assertThat(blocks.find(8)).isNull();
    assertThat(blocks.find(7 + 256)).isNull();
  }

  @Test
  void knowsNothingOfANumberThatIsAnothers() {
    blocks.keep(7, 40, SOME);
    blocks.forget(7 + 256); // which is in its place

    assertThat(blocks.find(7)).isSameAs(SOME);

    blocks.forget(7);

    assertThat(blocks.find(7)).isNull();
  }

  @Test
  void doesNotKeepWhatIsLarge() {
    blocks.keep(7, 513, SOME);

    assertThat(blocks.find(7)).isNull();
  }

  /// A set that is let go of, and another that gets its number.
  @Test
  void givesEachNumberItsOwnSet() {
    AttributeBlocks all = new AttributeBlocks(1);
    for (int as = 1; as <= 1000; as++) {
      byte[] octets =
          CanonicalForm.of(PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.of(as)));
      int block = all.intern(octets, 0, octets.length);

      assertThat(all.attributes(block).asPath().toString()).isEqualTo(String.valueOf(as));

      all.release(block);
    }
  }
}
