// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AoKeyTest {

  private static final PeerConfig PEER =
      PeerConfig.of(
          "peer",
          PeerType.NODE,
          IpAddress.parse("192.0.2.2"),
          new AsNumber(64512),
          new AsNumber(64513));

  /// `1/2=a`: sent as 1, received as 2, of secret `a`.
  private static List<AoKey> keys(String text) {
    return Arrays.stream(text.split(" ", -1))
        .filter(it -> !it.isEmpty())
        .map(it -> it.split("[/=]", -1))
        .map(
            it ->
                new AoKey(
                    Integer.parseInt(it[0]),
                    Integer.parseInt(it[1]),
                    AoAlgorithm.HMAC_SHA_1_96,
                    new Password(it[2])))
        .toList();
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # before    | after       | rolls
          ''          | ''          | true
          1/1=a       | 1/1=a       | true
          1/1=a       | 2/2=b 1/1=a | true
          2/2=b 1/1=a | 2/2=b       | true
          1/1=a       | 2/2=b       | true
          1/1=a       | 1/1=b       | false
          1/1=a       | 2/1=a       | false
          1/1=a       | 1/2=a       | false
          1/1=a 2/2=b | 3/2=b       | false
          1/1=a       | ''          | false
          ''          | 1/1=a       | false
          """)
  void aSessionGoesFromKeysToOthers(String before, String after, boolean rolls) {
    assertThat(AoKey.mayRoll(keys(before), keys(after))).isEqualTo(rolls);
    assertThat(PEER.withAoKeys(keys(before)).meansSameSession(PEER.withAoKeys(keys(after))))
        .isEqualTo(rolls);
  }

  @Test
  void refusesWhatSegmentsCannotSay() {
    assertThatIllegalArgumentException().isThrownBy(() -> keys("256/1=a"));
    assertThatIllegalArgumentException().isThrownBy(() -> keys("1/-1=a"));
    assertThatIllegalArgumentException().isThrownBy(() -> PEER.withAoKeys(keys("1/1=a 1/2=b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PEER.withPassword(new Password("a")).withAoKeys(keys("1/1=a")));
  }

  @Test
  void aSecretShowsNowhere() {
    assertThat(PEER.withAoKeys(keys("1/1=hush")).toString()).doesNotContain("hush");
  }
}
