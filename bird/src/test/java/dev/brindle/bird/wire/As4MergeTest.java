// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.Aggregator;
import dev.brindle.bird.wire.PathAttribute.As4Aggregator;
import dev.brindle.bird.wire.PathAttribute.As4Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 6793 §4.2.3, paths written as in `AsPathTest`.
class As4MergeTest {

  private static final IpAddress IDENTIFIER = IpAddress.parse("192.0.2.1");
  private static final PeerTerms OLD =
      PeerTerms.beforeOpen(PeerKind.INTERNAL).withFourOctetAs(false);

  private static PathAttributes merged(PathAttributes read) {
    return As4Merge.merged(read, OLD);
  }

  @ParameterizedTest(name = "''{0}'' and ''{1}''")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          # AS_PATH           | AS4_PATH         | path
          1 23456             | 1 70000          | 1 70000
          1 2 23456           | 70000            | 1 2/70000
          1 2/23456           | 70000            | 1 2/70000
          1/2/23456           | 2 70000          | 1/2 70000
          1 2 23456           | 2 70000          | 1/2 70000
          23456               | 1 70000          | 23456
          {1 2}/23456         | 70000            | {1 2}/70000
          # of confederations: in front, or beside what is taken
          (5)/1 23456         | 1 70000          | (5)/1 70000
          (5 6)/1 2 23456     | 2 70000          | (5 6)/1/2 70000
          (5)/[6 7]/1 23456   | 70000            | (5)/[6 7]/1/70000
          1/(5)/23456         | 70000            | 1/(5)/70000
          1 23456/(5)         | 70000            | 1/70000
          (5)/1 2             | 3 4 70000        | (5)/1 2
          """)
  void joinsPaths(String old, String four, String expected) {
    PathAttributes read =
        PathAttributes.of(AsPathTest.path(old), new As4Path(AsPathTest.path(four)));

    assertThat(merged(read)).isEqualTo(PathAttributes.of(AsPathTest.path(expected)));
  }

  /// One that does not say AS_TRANS was put in by somebody who did not know of the others.
  @ParameterizedTest(name = "AGGREGATOR of AS {0}")
  @CsvSource({"23456, 70000, 1 70000, 70000", "7, 70000, 1 23456, 7", "23456,, 1 70000, 23456"})
  void believesThemTogetherOnly(long old, @Nullable Long four, String path, long aggregator) {
    PathAttributes read =
        PathAttributes.of(
            AsPathTest.path("1 23456"),
            new As4Path(AsPathTest.path("1 70000")),
            new Aggregator(new AsNumber(old), IDENTIFIER));
    if (four != null) {
      read = read.with(new As4Aggregator(new AsNumber(four), IDENTIFIER));
    }

    assertThat(merged(read))
        .isEqualTo(
            PathAttributes.of(
                AsPathTest.path(path), new Aggregator(new AsNumber(aggregator), IDENTIFIER)));
  }

  @ParameterizedTest
  @CsvSource({"true, 1 2, 1 2", "false, 1 2, 1 70000"})
  void countsFromOldSpeakersOnly(boolean fourOctets, String old, String expected) {
    PathAttributes read =
        PathAttributes.of(AsPathTest.path(old), new As4Path(AsPathTest.path("1 70000")));

    assertThat(As4Merge.merged(read, OLD.withFourOctetAs(fourOctets)).asPath())
        .isEqualTo(AsPathTest.path(expected));
  }
}
