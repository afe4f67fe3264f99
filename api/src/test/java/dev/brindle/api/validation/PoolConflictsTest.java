// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PoolConflictsTest {

  /// The new pool is `p`, with the usual size of blocks.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                       | pool        | stored pools               | blocks                    | refused
          alone                         | 10.0.0.0/16 |                            |                           |
          beside another                | 10.0.0.0/16 | a=10.1.0.0/16              |                           |
          the same range                | 10.0.0.0/16 | a=10.0.0.0/16              |                           | spec.cidr overlaps with IP pool a, 10.0.0.0/16
          inside another                | 10.0.1.0/24 | a=10.0.0.0/16              |                           | spec.cidr overlaps with IP pool a, 10.0.0.0/16
          around another                | 10.0.0.0/8  | a=10.0.0.0/16              |                           | spec.cidr overlaps with IP pool a, 10.0.0.0/16
          around two                    | 10.0.0.0/8  | a=10.0.0.0/16 b=10.1.0.0/16 |                          | spec.cidr overlaps with IP pool a, 10.0.0.0/16; spec.cidr overlaps with IP pool b, 10.1.0.0/16
          itself, stored before         | 10.0.0.0/16 | p=10.0.0.0/16              |                           |
          the other family              | fd00::/48   | a=10.0.0.0/16              | 10.0.0.0/26               |
          blocks left, of the same size | 10.0.0.0/16 |                            | 10.0.0.0/26 10.0.1.0/26   |
          blocks left, of another size  | 10.0.0.0/16 |                            | 10.0.0.0/26 10.0.1.0/28   | spec.blockSize IPPool blocksSize conflicts with the existing block 10.0.1.0/28
          a block around the pool       | 10.0.0.0/27 |                            | 10.0.0.0/24               | spec.blockSize IPPool blocksSize conflicts with the existing block 10.0.0.0/24
          blocks of others              | 10.0.0.0/16 |                            | 10.1.0.0/28               |
          """)
  void conflicts(
      String story,
      String pool,
      @Nullable String pools,
      @Nullable String blocks,
      @Nullable String refused) {
    List<Violation> found =
        PoolConflicts.of(
            pool("p=" + pool),
            words(pools).stream().map(PoolConflictsTest::pool).toList(),
            words(blocks).stream().map(PoolConflictsTest::block).toList());
    assertThat(found.stream().map(v -> v.field() + " " + v.reason()).collect(joining("; ")))
        .isEqualTo(refused == null ? "" : refused);
  }

  private static List<String> words(@Nullable String text) {
    return text == null ? List.of() : Arrays.asList(text.split(" +", -1));
  }

  private static IpPool pool(String text) {
    int equals = text.indexOf('=');
    return new IpPool(
        Metadata.named(text.substring(0, equals)),
        IpPool.Spec.of(Cidr.parse(text.substring(equals + 1))));
  }

  private static IpamBlock block(String text) {
    Cidr cidr = Cidr.parse(text);
    int size = 1 << (cidr.family().bits() - cidr.length());
    return new IpamBlock(
        Metadata.named("b"),
        new IpamBlock.Spec(
            cidr,
            Optional.empty(),
            "",
            Collections.nCopies(size, IpamBlock.FREE),
            List.of(),
            List.of(),
            1,
            Map.of(),
            false));
  }
}
