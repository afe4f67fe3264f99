// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkSetupTest {

  @Test
  void aNeighbourOfAnotherDevice() {
    var neighbour =
        new Neighbour(
            "eth1", IpAddress.parse("169.254.1.1"), MacAddress.parse("ee:ee:ee:ee:ee:ee"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LinkSetup("eth0", List.of(), List.of(neighbour), List.of()))
        .withMessageEndingWith(" is on eth1, not on eth0");
  }

  @Test
  void aRouteByAnotherDevice() {
    Route route = Route.onDevice(Cidr.parse("10.0.0.1/32"), RouteOwner.BOOT, "cali1");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LinkSetup("eth0", List.of(), List.of(), List.of(route)))
        .withMessage("10.0.0.1/32 is on cali1, not on eth0");
  }
}
