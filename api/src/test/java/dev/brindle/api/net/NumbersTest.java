// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The small values: AS numbers, protocols, ports, MAC addresses.
class NumbersTest {

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      textBlock =
          """
          as,       0,                 0
          as,       64512,             64512
          as,       4294967295,        4294967295
          as,       1.10,              65546
          as,       65535.65535,       4294967295
          protocol, TCP,               TCP
          protocol, ICMPv6,            ICMPv6
          protocol, UDPLite,           UDPLite
          protocol, 6,                 TCP
          protocol, 0,                 0
          protocol, 255,               255
          port,     80,                80
          port,     0,                 0
          port,     65535,             65535
          port,     80:80,             80
          port,     1024:2048,         1024:2048
          port,     http,              http
          port,     8-0_x.Y,           8-0_x.Y
          port,     80a,               80a
          mac,      ee:ee:ee:ee:ee:ee, ee:ee:ee:ee:ee:ee
          mac,      00:0A:ff:00:00:01, 00:0a:ff:00:00:01
          """)
  void readsAndPrints(String kind, String text, String printed) {
    Object value = parser(kind).apply(text);
    assertThat(value).hasToString(printed);
    assertThat(parser(kind).apply(printed)).isEqualTo(value);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          as       | 4294967296           | AS number 4294967296 is not in 0..4294967295
          as       | -1                   | '-1' is not an AS number
          as       | +1                   | '+1' is not an AS number
          as       | ``                   | '' is not an AS number
          as       | 1.                   | '1.' is not an AS number
          as       | 1.65536              | '1.65536' is not an AS number
          as       | 1.2.3                | '1.2.3' is not an AS number
          as       | 99999999999999999999 | '99999999999999999999' is not an AS number
          protocol | tcp                  | protocol 'tcp' is not one of TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or a number
          protocol | +6                   | protocol '+6' is not one of TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or a number
          protocol | 256                  | protocol 256 is not in 0..255
          port     | 65536                | port 65536 is not in 0..65535
          port     | 1:65536              | invalid maximum port number in range (1:65536): not in 0..65535
          port     | 65536:1              | invalid minimum port number in range (65536:1): not in 0..65535
          port     | 2:1                  | minimum port number (2) is greater than maximum port number (1) in port range 2:1
          port     | 1:                   | '1:' is not a port, range or name
          port     | a b                  | 'a b' is not a port, range or name
          port     | ``                   | '' is not a port, range or name
          range    | http                 | 'http' is not a port or a range
          range    | +80                  | '+80' is not a port or a range
          range    | 1:2:3                | '1:2:3' is not a port or a range
          mac      | ee:ee:ee:ee:ee       | 'ee:ee:ee:ee:ee' is not a MAC address
          mac      | eeeeeeeeeeee         | 'eeeeeeeeeeee' is not a MAC address
          mac      | ee-ee-ee-ee-ee-ee    | 'ee-ee-ee-ee-ee-ee' is not a MAC address
          """)
  void refuses(String kind, String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parser(kind).apply(text))
        .withMessage(message);
  }

  private static Function<String, Object> parser(String kind) {
    return switch (kind) {
      case "as" -> AsNumber::parse;
      case "protocol" -> Protocol::parse;
      case "port" -> Port::parse;
      case "range" -> PortRange::parse;
      case "mac" -> MacAddress::parse;
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @Test
  void aPortNameHasABound() {
    assertThat(Port.parse("a".repeat(128))).hasToString("a".repeat(128));
    assertThatIllegalArgumentException().isThrownBy(() -> Port.parse("a".repeat(129)));
  }

  @Test
  void rangesKnowWhatIsInside() {
    PortRange range = PortRange.parse("80:90");
    assertThat(range.contains(79)).isFalse();
    assertThat(range.contains(80)).isTrue();
    assertThat(range.contains(90)).isTrue();
    assertThat(range.contains(91)).isFalse();
    assertThat(range).isLessThan(PortRange.parse("80:91")).isGreaterThan(PortRange.of(79));
  }

  @Test
  void protocolsWithPorts() {
    assertThat(Protocol.TCP.hasPorts()).isTrue();
    assertThat(Protocol.SCTP.hasPorts()).isTrue();
    assertThat(Protocol.ICMP.hasPorts()).isFalse();
    assertThat(new Protocol(47).name()).isEmpty();
  }

  @Test
  void macAddressesAreSixBytes() {
    assertThat(MacAddress.parse("01:02:03:04:05:06").bytes()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(MacAddress.parse("80:00:00:00:00:00").value()).isEqualTo(0x8000_0000_0000L);
    assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(1L << 48));
  }

  @Test
  void familiesByVersion() {
    assertThat(IpFamily.ofVersion(4)).isEqualTo(IpFamily.IPV4).hasToString("IPv4");
    assertThat(IpFamily.ofVersion(6).bits()).isEqualTo(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpFamily.ofVersion(5))
        .withMessage("IP version 5 is not 4 or 6");
  }
}
