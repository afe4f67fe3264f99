// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Little-endian machines only: netlink is in the machine's own order.
class RouteMessagesTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # destination | gateway     | onlink | what follows the header
          10.0.0.1/32   |             | false  | 02200000fe0cfd0100000000 080001000a000001 08000f00fe000000 0800040007000000
          10.1.0.0/26   | 192.0.2.2   | true   | 021a0000fe0c000104000000 080001000a010000 08000f00fe000000 08000500c0000202 0800040007000000
          0.0.0.0/0     | 192.0.2.2   | false  | 02000000fe0c000100000000 08000f00fe000000 08000500c0000202 0800040007000000
          10.4.0.0/26   | 2001:db8::2 | false  | 021a0000fe0c000100000000 080001000a040000 08000f00fe000000 160012000a0020010db80000000000000000000000020000 0800040007000000
          """)
  void writesAndReads(String destination, @Nullable String gateway, boolean onlink, String hex) {
    Route route =
        gateway == null
            ? Route.onDevice(Cidr.parse(destination), RouteOwner.BIRD, "eth0")
            : Route.via(
                Cidr.parse(destination), RouteOwner.BIRD, IpAddress.parse(gateway), "eth0", onlink);
    var out = new MessageWriter();

    RouteMessages.put(out, route, _ -> 7);

    String written = HexFormat.of().formatHex(Attributes.toBytes(out.bytes())).substring(32);
    assertThat(written).isEqualTo(hex.replace(" ", ""));
    NetlinkMessage.forEach(
        out.bytes(),
        message ->
            assertThat(
                    RouteMessages.decode(
                        message, index -> index == 7 ? Optional.of("eth0") : Optional.empty()))
                .contains(route));
    NetlinkMessage.forEach(
        out.bytes(),
        message ->
            assertThat(RouteMessages.decode(message, _ -> Optional.empty()))
                .as("its device is gone")
                .isEmpty());
  }

  @Test
  void noIpv6RouteOverAnIpv4Gateway() {
    Route route =
        Route.via(
            Cidr.parse("fd00::/8"), RouteOwner.BIRD, IpAddress.parse("192.0.2.2"), "eth0", false);
    assertThatThrownBy(() -> RouteMessages.put(new MessageWriter(), route, _ -> 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IPv4 gateway");
  }
}
