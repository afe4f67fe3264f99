// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.model.LinkSetup;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/// Kernels of one namespace for many callers, each of whom has one for himself until he closes it.
/// A few stay open for the next: to open one costs more than most of what is asked of it. For many
/// threads.
final class HostKernels {

  /// As many as calls of the CNI plugin are served at once.
  private static final int MOST_IDLE = 8;

  private final Supplier<Kernel> opened;
  private final ConcurrentLinkedDeque<Kernel> idle = new ConcurrentLinkedDeque<>();

  HostKernels(Supplier<Kernel> opened) {
    this.opened = opened;
  }

  /// The caller closes it.
  Kernel lend() {
    Kernel free = idle.pollFirst();
    return new Lent(free == null ? opened.get() : free);
  }

  private void giveBack(Kernel kernel) {
    if (idle.size() < MOST_IDLE) {
      idle.addFirst(kernel);
    } else {
      kernel.close();
    }
  }

  private final class Lent implements Kernel {

    private final Kernel kernel;
    private boolean isGivenBack;

    Lent(Kernel kernel) {
      this.kernel = kernel;
    }

    @Override
    public RouteTable routes() {
      return kernel.routes();
    }

    @Override
    public Links links() {
      return kernel.links();
    }

    @Override
    public Neighbours neighbours() {
      return kernel.neighbours();
    }

    @Override
    public Nft nft() {
      return kernel.nft();
    }

    @Override
    public Sysctl sysctl() {
      return kernel.sysctl();
    }

    @Override
    public Conntrack conntrack() {
      return kernel.conntrack();
    }

    @Override
    public TrafficControl traffic() {
      return kernel.traffic();
    }

    @Override
    public void setUp(LinkSetup setup) {
      kernel.setUp(setup);
    }

    @Override
    public void close() {
      if (!isGivenBack) {
        isGivenBack = true;
        giveBack(kernel);
      }
    }
  }
}
