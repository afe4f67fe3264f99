// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.model.TokenBucket;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandwidthTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # story              | asked for                                              | rate       | burst      | peak  | at peak | queue
          the usual burst      | Bandwidth=1000000                                      | 125000     | 536870912  | 0     | 0       | 131072
          a burst              | Bandwidth=1000000 Burst=80000                          | 125000     | 10000      | 0     | 0       | 131072
          a peak               | Bandwidth=1000000 Peakrate=2000000 Minburst=3000       | 125000     | 536870912  | 250000 | 3000   | 131072
          a peak, one packet   | Bandwidth=1000000 Peakrate=2000000                     | 125000     | 536870912  | 250000 | 1      | 131072
          a peak too near      | Bandwidth=1000 Peakrate=1001                           | 125        | 536870912  | 126   | 1       | 131072
          a peak below         | Bandwidth=1000000 Peakrate=1000000                     | 125000     | 536870912  | 0     | 0       | 131072
          too small            | Bandwidth=1 Burst=1                                    | 125        | 125        | 0     | 0       | 131072
          too large            | Bandwidth=9000000000000000 Burst=99999999999           | 125000000000000 | 4294967295 | 0 | 0      | 4294967295
          25 ms may wait       | Bandwidth=80000000000                                  | 10000000000 | 536870912 | 0     | 0       | 250000000
          no bandwidth         | Burst=1000 PacketRate=5                                | -          | -          | -     | -       | -
          """)
  void bucketsOf(
      String story,
      String asked,
      @Nullable Long rate,
      @Nullable Long burst,
      @Nullable Long peak,
      @Nullable Long atPeak,
      @Nullable Long queue) {
    Optional<TokenBucket> expected =
        rate == null || burst == null || peak == null || atPeak == null || queue == null
            ? Optional.empty()
            : Optional.of(new TokenBucket(rate, burst, peak, atPeak, queue));

    assertThat(Bandwidth.of(controls("ingress", asked)))
        .isEqualTo(new Bandwidth(expected, Optional.empty()));
    assertThat(Bandwidth.of(controls("egress", asked)))
        .isEqualTo(new Bandwidth(Optional.empty(), expected));
  }

  private static QosControls controls(String direction, String asked) {
    Map<String, Object> values = new TreeMap<>();
    Arrays.stream(asked.split(" ", -1))
        .map(each -> each.split("=", -1))
        .forEach(each -> values.put(direction + each[0], Long.valueOf(each[1])));
    return new QosControls(values);
  }

  @Test
  void aPacketFitsTheSmallestBucket() {
    TokenBucket small = new TokenBucket(125, 125, 126, 1, 131_072);

    assertThat(small.withRoomFor(1464)).isEqualTo(new TokenBucket(125, 1464, 126, 1464, 131_072));
    assertThat(new TokenBucket(125, 9000, 0, 0, 131_072).withRoomFor(1464))
        .isEqualTo(new TokenBucket(125, 9000, 0, 0, 131_072));
  }

  @Test
  void interfacesHaveNamesThatTheKernelTakes() {
    assertThat(Bandwidth.device("cali0123456789a"))
        .hasSize(15)
        .startsWith("bwcali")
        .matches(Bandwidth::isDevice)
        .isNotEqualTo(Bandwidth.device("cali0123456789b"));
    assertThat(Bandwidth.isDevice("cali0123456789a")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          0, 0
          46, 46
          63, 63
          64, -
          -1, -
          EF, 46
          ef, 46
          DF, 0
          CS6, 48
          CS7, -
          AF11, 10
          af43, 38
          AF44, -
          '', -
          """)
  void dscpByNumberOrName(String text, @Nullable Integer dscp) {
    OptionalInt expected = dscp == null ? OptionalInt.empty() : OptionalInt.of(dscp);

    assertThat(QosControls.dscp(text)).isEqualTo(expected);
    assertThat(new QosControls(Map.of("dscp", text)).dscp()).isEqualTo(expected);
  }

  @Test
  void whatIsNoLimitIsNone() {
    assertThat(
            Bandwidth.of(new QosControls(Map.of("ingressBandwidth", "fast", "egressBandwidth", 0))))
        .isEqualTo(Bandwidth.NONE);
    assertThat(new QosControls(Map.of("dscp", 46)).dscp()).hasValue(46);
    assertThat(new QosControls(Map.of("dscp", true)).dscp()).isEmpty();
  }
}
