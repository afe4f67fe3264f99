// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// As many routes as a speaker may learn. Prints what it takes.
class ManyRoutesTest {

  private static final int MANY = 100_000;
  private static final IpAddress GATEWAY = IpAddress.parse("192.0.2.2");

  @BeforeEach
  void needsRoot() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
  }

  private static LiveKernel kernel(Buffers buffers) {
    LiveKernel kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()), buffers);
    kernel
        .links()
        .createVeth(
            "eth0",
            Optional.empty(),
            1500,
            0,
            "eth1",
            Optional.empty(),
            kernel.namespace().path().toString());
    for (String end : List.of("eth0", "eth1")) {
      kernel.links().setUp(kernel.links().find(end).orElseThrow().index(), true);
    }
    int index = kernel.links().find("eth0").orElseThrow().index();
    kernel.links().addAddress(index, InterfaceAddress.parse("192.0.2.1/24"));
    return kernel;
  }

  private static Route route(int number, IpAddress gateway) {
    Cidr destination = Cidr.host(IpAddress.parse("10.0.0.0").plus(number));
    return Route.via(destination, RouteOwner.BIRD, gateway, "eth0", false);
  }

  @Test
  void aHundredThousand() {
    try (LiveKernel kernel = kernel(Buffers.LARGEST)) {
      List<Route> routes = IntStream.range(0, MANY).mapToObj(i -> route(i, GATEWAY)).toList();
      for (int round = 0; round < 5; round++) {
        time("put", kernel, routes.stream().<RouteChange>map(RouteChange.Put::new).toList());
        time("put again", kernel, routes.stream().<RouteChange>map(RouteChange.Put::new).toList());
        if (round == 0) {
          assertThat(kernel.routes().list(IpFamily.IPV4))
              .filteredOn(route -> route.owner().equals(RouteOwner.BIRD))
              .hasSize(MANY);
        }
        time("remove", kernel, routes.stream().<RouteChange>map(RouteChange.Remove::new).toList());
      }
      assertThat(kernel.routes().list(IpFamily.IPV4))
          .extracting(Route::owner)
          .doesNotContain(RouteOwner.BIRD);
    }
  }

  private static void time(String what, LiveKernel kernel, List<RouteChange> changes) {
    long start = System.nanoTime();
    assertThat(kernel.routes().apply(changes)).isEmpty();
    System.out.printf(
        "%s %d routes: %d ms%n", what, changes.size(), (System.nanoTime() - start) / 1_000_000);
  }

  /// Also where answers hardly fit the socket.
  @Test
  void everyRefusedOneIsNamedAndTheOthersAreThere() {
    for (Buffers buffers : List.of(Buffers.LARGEST, new Buffers(1 << 16, 1 << 13, false))) {
      try (LiveKernel kernel = kernel(buffers)) {
        List<RouteChange> changes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
          boolean isWrong = i % 3 == 0;
          changes.add(
              new RouteChange.Put(route(i, isWrong ? IpAddress.parse("203.0.113.9") : GATEWAY)));
        }
        List<RouteFailure> failures = kernel.routes().apply(changes);

        assertThat(failures)
            .extracting(RouteFailure::change)
            .containsExactlyElementsOf(
                IntStream.range(0, changes.size())
                    .filter(i -> i % 3 == 0)
                    .mapToObj(changes::get)
                    .toList());
        assertThat(failures)
            .extracting(failure -> failure.cause().errno())
            .containsOnly(Errno.ENETUNREACH);
        assertThat(kernel.routes().list(IpFamily.IPV4))
            .filteredOn(route -> route.owner().equals(RouteOwner.BIRD))
            .hasSize(changes.size() - failures.size());
      }
    }
  }
}
