// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpPool.AllowedUse;
import dev.brindle.api.resource.IpPool.AssignmentMode;
import dev.brindle.api.resource.Metadata;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UpdateCheckTest {

  /// A pool is written `cidr blockSize nat uses...`.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story               | before                            | after                               | refused
          nothing changes       | 10.0.0.0/16 26 false WORKLOAD     | 10.0.0.0/16 26 false WORKLOAD       |
          what may change       | 10.0.0.0/16 26 false WORKLOAD     | 10.0.0.0/16 26 true WORKLOAD TUNNEL |
          another range         | 10.0.0.0/16 26 false WORKLOAD     | 10.1.0.0/16 26 false WORKLOAD       | spec.cidr
          a larger range        | 10.0.0.0/16 26 false WORKLOAD     | 10.0.0.0/15 26 false WORKLOAD       | spec.cidr
          another size of block | 10.0.0.0/16 26 false WORKLOAD     | 10.0.0.0/16 27 false WORKLOAD       | spec.blockSize
          both                  | 10.0.0.0/16 26 false WORKLOAD     | 10.1.0.0/16 27 false WORKLOAD       | spec.cidr spec.blockSize
          services stay so      | 10.0.0.0/16 26 false LOAD_BALANCER | 10.0.0.0/16 26 true LOAD_BALANCER  |
          services become pods  | 10.0.0.0/16 26 false LOAD_BALANCER | 10.0.0.0/16 26 false WORKLOAD      | spec.allowedUses
          pods become services  | 10.0.0.0/16 26 false WORKLOAD     | 10.0.0.0/16 26 false LOAD_BALANCER  |
          """)
  void pools(String story, String before, String after, @Nullable String refused) {
    assertThat(
            UpdateCheck.of(pool(before), pool(after)).stream()
                .map(Violation::field)
                .collect(joining(" ")))
        .isEqualTo(refused == null ? "" : refused);
  }

  private static IpPool pool(String text) {
    List<String> words = Arrays.asList(text.split(" ", -1));
    return new IpPool(
        Metadata.named("p"),
        new IpPool.Spec(
            Cidr.parse(words.get(0)),
            EncapsulationMode.NEVER,
            EncapsulationMode.NEVER,
            Boolean.parseBoolean(words.get(2)),
            false,
            false,
            Integer.parseInt(words.get(1)),
            "",
            "",
            words.subList(3, words.size()).stream().map(AllowedUse::valueOf).toList(),
            AssignmentMode.AUTOMATIC));
  }
}
