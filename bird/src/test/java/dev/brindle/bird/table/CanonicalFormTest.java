// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalFormTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story      | next hop    | link-local | bytes
          of our own   |             |            | 40010100 400206 020100000007 40050400000064
          IPv4         | 192.0.2.1   |            | 000004 c0000201 40010100 400206 020100000007 40050400000064
          IPv6         | 2001:db8::1 |            | 000010 20010db8000000000000000000000001 40010100 400206 020100000007 40050400000064
          both of IPv6 | 2001:db8::1 | fe80::2    | 000020 20010db8000000000000000000000001 fe800000000000000000000000000002 40010100 400206 020100000007 40050400000064
          """)
  void theNextHopGoesFirst(
      String story, @Nullable String address, @Nullable String linkLocal, String hex) {
    PathAttributes rest =
        PathAttributes.of(new LocalPref(100), AsPath.of(7), new Origin(Origin.Source.IGP));
    PathAttributes attributes =
        address == null
            ? rest
            : rest.with(
                new NextHop(
                    IpAddress.parse(address),
                    Optional.ofNullable(linkLocal).map(IpAddress::parse)));

    byte[] bytes = CanonicalForm.of(attributes);

    assertThat(bytes).isEqualTo(bytes(hex));
    assertThat(CanonicalForm.attributes(bytes, 0, bytes.length)).isEqualTo(attributes);
  }

  @Test
  void refusesWhatIsCutOff() {
    byte[] bytes = bytes("40010100 400206 0201000000");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalForm.attributes(bytes, 0, bytes.length))
        .withMessageContaining("cut off");
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
