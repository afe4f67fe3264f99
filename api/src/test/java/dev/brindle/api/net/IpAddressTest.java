// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  private static final BigInteger TWO = BigInteger.TWO;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          0.0.0.0,                                       0.0.0.0
          255.255.255.255,                               255.255.255.255
          10.0.200.1,                                    10.0.200.1
          ::,                                            ::
          ::1,                                           ::1
          1::,                                           1::
          fe80::1,                                       fe80::1
          FE80:0:0:0:0:0:0:000A,                         fe80::a
          2001:db8:0:1:1:1:1:1,                          2001:db8:0:1:1:1:1:1
          2001:0:0:1:0:0:0:1,                            2001:0:0:1::1
          2001:db8:0:0:1:0:0:1,                          2001:db8::1:0:0:1
          1:2:3:4:5:6:7::,                               1:2:3:4:5:6:7:0
          ::2:3:4:5:6:7:8,                               0:2:3:4:5:6:7:8
          1:2:3:4:5:6:7:8,                               1:2:3:4:5:6:7:8
          ::ffff:10.0.0.1,                               ::ffff:10.0.0.1
          ::ffff:a00:1,                                  ::ffff:10.0.0.1
          ::10.0.0.1,                                    ::a00:1
          64:ff9b::192.0.2.1,                            64:ff9b::c000:201
          ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
          """)
  void readsAndPrints(String text, String canonical) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address).hasToString(canonical);
    assertThat(IpAddress.parse(canonical)).isEqualTo(address);
    assertThat(IpAddress.ofBytes(address.bytes())).isEqualTo(address);
  }

  @ParameterizedTest(name = "''{0}''")
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.-4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.4/8",
        "+1.2.3.4",
        "1..2.3",
        "١.2.3.4",
        ":",
        ":::",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1::",
        "1::2::3",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "[::1]",
        "::1.2.3",
        "::1.2.3.4:5",
        "1.2.3.4::",
        "1.2.3.4::1",
        "-1::",
        "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4"
      })
  void refuses(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.parse(text))
        .withMessage("'%s' is not an IP address", text);
    assertThat(IpAddress.tryParse(text)).isEmpty();
  }

  @Test
  void longTextIsCutInTheMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.parse("1:".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(100));
  }

  @Test
  void printsTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(IpAddress.parse("10.0.0.1")).hasToString("10.0.0.1");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest(name = "{0} + {1}")
  @CsvSource(
      textBlock =
          """
          10.0.0.1,                 1,                    10.0.0.2
          10.0.0.0,                 -1,                   9.255.255.255
          255.255.255.255,          1,                    0.0.0.0
          0.0.0.0,                  -1,                   255.255.255.255
          10.0.0.1,                 0,                    10.0.0.1
          fd00::1,                  -1,                   fd00::
          fd00::,                   -1,                   fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
          fd00::ffff:ffff:ffff:ffff, 1,                   fd00:0:0:1::
          fd00:0:0:1::,             -1,                   fd00::ffff:ffff:ffff:ffff
          ::,                       -1,                   ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
          ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 1,     ::
          fd00::8000:0:0:0,         9223372036854775807,  fd00::ffff:ffff:ffff:ffff
          fd00::,                   -9223372036854775808, fcff:ffff:ffff:ffff:8000::
          """)
  void counts(String from, long offset, String expected) {
    assertThat(IpAddress.parse(from).plus(offset)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void countsAsBigNumbersDo(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      boolean isIpv4 = random.nextBoolean();
      IpAddress address =
          isIpv4
              ? IpAddress.ofIpv4(random.nextLong())
              : IpAddress.ofIpv6(random.nextLong(), random.nextLong());
      long offset = random.nextLong() >> random.nextInt(64);
      BigInteger space = TWO.pow(address.family().bits());

      assertThat(address.plus(offset).value())
          .isEqualTo(address.value().add(BigInteger.valueOf(offset)).mod(space));
      int length = random.nextInt(address.family().bits() + 1);
      BigInteger hosts = TWO.pow(address.family().bits() - length);
      assertThat(address.masked(length).value())
          .isEqualTo(address.value().subtract(address.value().mod(hosts)));
      assertThat(new Cidr(address, length).last().value())
          .isEqualTo(address.masked(length).value().add(hosts).subtract(BigInteger.ONE));
      assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # address       | unspecified | loopback | link-local | multicast | global
          0.0.0.0         | true        | false    | false      | false     | false
          127.1.2.3       | false       | true     | false      | false     | false
          169.254.1.1     | false       | false    | true       | false     | false
          224.0.0.5       | false       | false    | false      | true      | false
          255.255.255.255 | false       | false    | false      | false     | false
          10.0.0.1        | false       | false    | false      | false     | true
          ::              | true        | false    | false      | false     | false
          ::1             | false       | true     | false      | false     | false
          fe80::1         | false       | false    | true       | false     | false
          febf::1         | false       | false    | true       | false     | false
          fec0::1         | false       | false    | false      | false     | true
          ff02::1         | false       | false    | false      | true      | false
          fd00::1         | false       | false    | false      | false     | true
          """)
  void knowsItsKind(
      String text,
      boolean unspecified,
      boolean loopback,
      boolean linkLocal,
      boolean multicast,
      boolean global) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address.isUnspecified()).isEqualTo(unspecified);
    assertThat(address.isLoopback()).isEqualTo(loopback);
    assertThat(address.isLinkLocal()).isEqualTo(linkLocal);
    assertThat(address.isMulticast()).isEqualTo(multicast);
    assertThat(address.isGlobalUnicast()).isEqualTo(global);
  }

  @Test
  void isOrderedByFamilyThenAsAnUnsignedNumber() {
    assertThat(IpAddress.parse("9.0.0.0")).isLessThan(IpAddress.parse("200.0.0.0"));
    assertThat(IpAddress.parse("255.0.0.0")).isLessThan(IpAddress.parse("::"));
    assertThat(IpAddress.parse("1::")).isLessThan(IpAddress.parse("ff00::"));
    assertThat(IpAddress.parse("::1")).isLessThan(IpAddress.parse("::8000:0:0:0"));
  }

  @Test
  void refusesBytesAndBitsThatAreNoAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.ofBytes(new byte[5]))
        .withMessage("an address has 4 or 16 bytes, not 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IpAddress(IpFamily.IPV4, 0, 1L << 32));
  }
}
