// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpReservation;
import dev.brindle.api.resource.Metadata;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationsTest {

  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # reserved                              | in a network     | how many
                                                  | 10.0.0.0/26      | 0
          10.0.0.1                                | 10.0.0.0/26      | 1
          10.0.0.1/32 10.0.0.1                    | 10.0.0.0/26      | 1
          10.0.1.1                                | 10.0.0.0/26      | 0
          10.0.0.7/28                             | 10.0.0.0/26      | 16
          10.0.0.0/28 10.0.0.4/30 10.0.0.32/32    | 10.0.0.0/26      | 17
          10.0.0.0/8                              | 10.0.0.0/26      | 64
          10.0.0.0/27 10.0.0.32/27                | 10.0.0.0/26      | 64
          10.0.0.0/8 10.1.0.0/16                  | 10.2.0.0/26      | 64
          fd00::/64                               | 10.0.0.0/26      | 0
          fd00::/127 10.0.0.0/8                   | fd00::/122       | 2
          fd00::/65                               | fd00::/64        | 9223372036854775808
          """)
  void counts(@Nullable String reserved, String network, BigInteger count) {
    Cidr cidr = Cidr.parse(network);
    Reservations reservations = reservations(reserved == null ? "" : reserved);

    assertThat(reservations.count(cidr)).isEqualTo(count);
    int hostBits = cidr.family().bits() - cidr.length();
    assertThat(reservations.covers(cidr))
        .isEqualTo(count.equals(BigInteger.ONE.shiftLeft(hostBits)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sameAsAskingForEachAddress(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    IpAddress first = IpAddress.parse("10.0.0.0");
    for (int round = 0; round < 50; round++) {
      List<Cidr> networks = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        networks.add(new Cidr(first.plus(random.nextInt(64)), 26 + random.nextInt(7)));
      }
      Reservations reservations =
          reservations(String.join(" ", networks.stream().map(Cidr::toString).toList()));
      long expected =
          IntStream.range(0, 64)
              .filter(i -> networks.stream().anyMatch(net -> net.contains(first.plus(i))))
              .peek(i -> assertThat(reservations.contains(first.plus(i))).isTrue())
              .count();
      assertThat(reservations.count(Cidr.parse("10.0.0.0/26")))
          .as("seed %d, %s", seed, networks)
          .isEqualTo(expected);
    }
  }

  private static Reservations reservations(String networks) {
    List<String> texts =
        Arrays.stream(networks.split(" ", -1)).filter(text -> !text.isBlank()).toList();
    return Reservations.of(
        List.of(new IpReservation(Metadata.named("r"), new IpReservation.Spec(texts))));
  }
}
