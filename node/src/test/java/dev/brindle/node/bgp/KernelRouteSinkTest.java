// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KernelRouteSinkTest {

  private final SickKernel kernel = new SickKernel();

  @Test
  void aTableThatCannotBeReadIsAProblemUntilItCan() {
    kernel.isSick = true;
    try (KernelRouteSink sink = new KernelRouteSink(kernel)) {
      sink.local(Set.of(Cidr.parse("10.1.0.0/26")), List.of());
      Waiting.until("a problem", () -> !sink.problems().isEmpty());
      assertThat(sink.problems())
          .singleElement()
          .asString()
          .startsWith("cannot read the routing table")
          .contains("ENOBUFS");

      kernel.isSick = false;
      Waiting.until(
          () -> "a route and none of " + sink.problems(),
          () -> sink.size() > 0 && sink.problems().isEmpty());
      assertThat(sink.problems()).isEmpty();
      assertThat(kernel.healthy.routes().all())
          .extracting(Route::destination)
          .containsExactly(Cidr.parse("10.1.0.0/26"));
    }
  }

  /// As the fake, but its routing table fails while it is sick.
  private static final class SickKernel implements Kernel {

    private final FakeKernel healthy = new FakeKernel();
    private volatile boolean isSick;

    @Override
    public RouteTable routes() {
      return new RouteTable() {
        @Override
        public List<Route> list(IpFamily family) {
          if (isSick) {
            throw new KernelException("list routes", Errno.ENOBUFS);
          }
          return healthy.routes().list(family);
        }

        @Override
        public List<Route> listOn(String device) {
          return healthy.routes().listOn(device);
        }

        @Override
        public List<RouteFailure> apply(List<RouteChange> changes) {
          return healthy.routes().apply(changes);
        }

        @Override
        public AutoCloseable watch(Consumer<RouteNews> listener) {
          return healthy.routes().watch(listener);
        }
      };
    }

    @Override
    public Links links() {
      return healthy.links();
    }

    @Override
    public Neighbours neighbours() {
      return healthy.neighbours();
    }

    @Override
    public Nft nft() {
      return healthy.nft();
    }

    @Override
    public Sysctl sysctl() {
      return healthy.sysctl();
    }

    @Override
    public TrafficControl traffic() {
      return healthy.traffic();
    }

    @Override
    public Conntrack conntrack() {
      return healthy.conntrack();
    }

    @Override
    public void close() {
      healthy.close();
    }
  }
}
