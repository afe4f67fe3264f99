// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.TokenBucket;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Passes everything on to a kernel and remembers what was written to rules, routes and settings.
final class WatchedKernel implements Kernel {

  private final Kernel kernel;
  private final List<Object> written = new CopyOnWriteArrayList<>();

  WatchedKernel(Kernel kernel) {
    this.kernel = kernel;
  }

  /// In order.
  List<Object> written() {
    return List.copyOf(written);
  }

  @Override
  public RouteTable routes() {
    return new RouteTable() {
      @Override
      public List<Route> list(IpFamily family) {
        return kernel.routes().list(family);
      }

      @Override
      public List<Route> listOn(String device) {
        return kernel.routes().listOn(device);
      }

      @Override
      public AutoCloseable watch(Consumer<RouteNews> listener) {
        return kernel.routes().watch(listener);
      }

      @Override
      public List<RouteFailure> apply(List<RouteChange> changes) {
        written.addAll(changes);
        return kernel.routes().apply(changes);
      }
    };
  }

  @Override
  public Nft nft() {
    return new Nft() {
      @Override
      public void run(NftTransaction transaction) {
        written.addAll(transaction.changes());
        kernel.nft().run(transaction);
      }

      @Override
      public Optional<InstalledTable> read(NftFamily family, String table) {
        return kernel.nft().read(family, table);
      }
    };
  }

  @Override
  public Sysctl sysctl() {
    return new Sysctl() {
      @Override
      public Optional<String> read(String path) {
        return kernel.sysctl().read(path);
      }

      @Override
      public void write(String path, String value) {
        written.add(path + "=" + value);
        kernel.sysctl().write(path, value);
      }
    };
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
  public TrafficControl traffic() {
    TrafficControl traffic = kernel.traffic();
    return new TrafficControl() {
      @Override
      public List<Qdisc> qdiscs() {
        return traffic.qdiscs();
      }

      @Override
      public List<PacketFilter> filtersIn(int link) {
        return traffic.filtersIn(link);
      }

      @Override
      public void addBucket(int link, int handle, TokenBucket bucket) {
        written.add(bucket);
        traffic.addBucket(link, handle, bucket);
      }

      @Override
      public void changeBucket(int link, int handle, TokenBucket bucket) {
        written.add(bucket);
        traffic.changeBucket(link, handle, bucket);
      }

      @Override
      public void removeBucket(int link, int handle) {
        written.add("remove bucket of " + link);
        traffic.removeBucket(link, handle);
      }

      @Override
      public void addIngress(int link) {
        written.add("add ingress to " + link);
        traffic.addIngress(link);
      }

      @Override
      public void removeIngress(int link) {
        written.add("remove ingress of " + link);
        traffic.removeIngress(link);
      }

      @Override
      public void redirect(int link, int priority, int target) {
        written.add("redirect %d to %d".formatted(link, target));
        traffic.redirect(link, priority, target);
      }

      @Override
      public void removeFilters(int link, int priority) {
        written.add("remove filters of " + link);
        traffic.removeFilters(link, priority);
      }
    };
  }

  @Override
  public Conntrack conntrack() {
    return kernel.conntrack();
  }

  @Override
  public void close() {
    kernel.close();
  }
}
