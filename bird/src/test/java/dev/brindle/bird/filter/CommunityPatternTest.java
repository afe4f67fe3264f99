// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.ExtendedCommunity;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommunityPatternTest {

  /// 64512:100, no-export; 64512:1:2, 4200000000:0:7; and the extended ones below.
  private static final PathAttributes TAGGED =
      PathAttributes.of(
          new Communities(List.of(Community.of(64512, 100), Community.NO_EXPORT)),
          new LargeCommunities(
              List.of(
                  new LargeCommunity(64512, 1, 2), new LargeCommunity((int) 4200000000L, 0, 7))),
          new ExtendedCommunities(
              List.of(
                  new ExtendedCommunity(0x0002_fc00_0000_0064L), // rt:64512:100
                  new ExtendedCommunity(0x0103_c000_0201_0005L), // soo:192.0.2.1:5
                  new ExtendedCommunity(0x0202_fa56_ea00_0009L)))); // rt:4200000000:9

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "64512:100,         true",
    "64512:101,         false",
    "64512:*,           true",
    "*:100,             true",
    "64513:*,           false",
    "*:*,               true",
    "no-export,         true",
    "65535:65281,       true",
    "no-advertise,      false",
    "64512:1:2,         true",
    "64512:1:3,         false",
    "64512:*:2,         true",
    "*:*:7,             true",
    "4200000000:0:7,    true",
    "*:1:7,             false",
    "rt:64512:100,      true",
    "rt:64512:101,      false",
    "rt:64512:*,        true",
    "rt:*:100,          true",
    "rt:4200000000:9,   true",
    "rt:*:9,            true",
    "rt:*:8,            false",
    "rt:*:*,            true",
    "soo:64512:100,     false",
    "soo:192.0.2.1:5,   true",
    "ro:192.0.2.1:5,    true",
    "soo:192.0.2.1:*,   true",
    "soo:192.0.2.2:*,   false",
    "rt:192.0.2.1:5,    false",
    "0x0002fc0000000064, true",
    "0002fc0000000064,  true",
    "0002fc00********,  true",
    "0002fc01********,  false",
    "****************,  true"
  })
  void matches(String pattern, boolean expected) {
    assertThat(CommunityPattern.parse(pattern).matches(TAGGED)).isEqualTo(expected);
    assertThat(CommunityPattern.parse(pattern).matches(PathAttributes.NONE)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          65536:1          | '65536:1': 65536 is not in 0..65535
          1:65536          | '1:65536': 65536 is not in 0..65535
          1:2:4294967296   | '1:2:4294967296': 4294967296 is not in 0..4294967295
          rt:70000:70000   | 'rt:70000:70000': 70000 is not in 0..65535
          rt:192.0.2.1:70000 | 'rt:192.0.2.1:70000': 70000 is not in 0..65535
          100              | '100' is no community; expected 64512:100, 64512:1:2, rt:64512:100, soo:64512:100, 16 hexadecimal digits, or a name such as no-export
          1:               | '1:' is no community; expected 64512:100, 64512:1:2, rt:64512:100, soo:64512:100, 16 hexadecimal digits, or a name such as no-export
          no-exports       | 'no-exports' is no community; expected 64512:100, 64512:1:2, rt:64512:100, soo:64512:100, 16 hexadecimal digits, or a name such as no-export
          1:2:3:4          | '1:2:3:4' is no community; expected 64512:100, 64512:1:2, rt:64512:100, soo:64512:100, 16 hexadecimal digits, or a name such as no-export
          """)
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> CommunityPattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest(name = "- {0} + {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          64512:*          |                  | 65535:65281 / 64512:1:2 4200000000:0:7 / 0002fc0000000064 0103c00002010005 0202fa56ea000009
                           | 1:2              | 1:2 64512:100 65535:65281 / 64512:1:2 4200000000:0:7 / 0002fc0000000064 0103c00002010005 0202fa56ea000009
          *:* *:*:*        |                  | / / 0002fc0000000064 0103c00002010005 0202fa56ea000009
          *:* *:*:* ****************  |       | / /
          *:*              | 1:2 1:1          | 1:1 1:2 / 64512:1:2 4200000000:0:7 / 0002fc0000000064 0103c00002010005 0202fa56ea000009
          rt:*:*           | soo:1:1          | 64512:100 65535:65281 / 64512:1:2 4200000000:0:7 / 0103c00002010005 0003000100000001
          64512:*:*        | 1:1:1            | 64512:100 65535:65281 / 1:1:1 4200000000:0:7 / 0002fc0000000064 0103c00002010005 0202fa56ea000009
          """)
  void removesAndAdds(String removes, String adds, String expected) {
    PathAttributes changed = new CommunityChange(patterns(removes), patterns(adds)).apply(TAGGED);

    assertThat(text(changed)).isEqualTo(expected.strip());
  }

  @Test
  void anAttributeThatBecomesEmptyGoes() {
    PathAttributes changed =
        new CommunityChange(patterns("*:* *:*:* ****************"), List.of()).apply(TAGGED);

    assertThat(changed).isEqualTo(PathAttributes.NONE);
  }

  @ParameterizedTest
  @CsvSource({"64512:*", "1:*:2", "rt:*:2", "rt:2:*", "000000000000000*"})
  void whatStandsForManyCannotBeAdded(String text) {
    assertThatThrownBy(() -> new CommunityChange(List.of(), patterns(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be added");
  }

  private static List<CommunityPattern> patterns(@Nullable String texts) {
    return texts == null
        ? List.of()
        : List.of(texts.split(" ", -1)).stream().map(CommunityPattern::parse).toList();
  }

  private static String text(PathAttributes attributes) {
    return "%s / %s / %s"
        .formatted(
            words(attributes.communities()),
            words(attributes.largeCommunities()),
            words(
                attributes
                    .find(ExtendedCommunities.class)
                    .map(ExtendedCommunities::values)
                    .orElse(List.of())))
        .replace("  ", " ")
        .replace("  ", " ")
        .strip();
  }

  private static String words(List<?> values) {
    return String.join(" ", values.stream().map(Object::toString).toList());
  }
}
