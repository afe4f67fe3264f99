// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Prints, as JSON, how fast a full table gets into the kernel, and one change of it. Not a test:
/// run `main` as root, with `-Xmx1g`; it makes a namespace of its own. The number of routes may be
/// given.
final class FibSpeed {

  private static final int CHANGES = 300;
  private static final int TOLD_AT_ONCE = 10_000;

  private final int routes;
  private final KernelRouteSink sink;
  private final LiveKernel others;

  private FibSpeed(int routes, KernelRouteSink sink, LiveKernel others) {
    this.routes = routes;
    this.sink = sink;
    this.others = others;
  }

  public static void main(String[] arguments) throws Exception {
    int routes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    System.out.printf("{\"routes\": %d,%n", routes);
    bare(routes);
    try (LiveKernel others = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      link(others);
      long before = used();
      KernelRouteSink sink = sink(others);
      FibSpeed speed = new FibSpeed(routes, sink, others);
      speed.print("add", speed.tell("192.0.2.2"));
      long heap = used() - before;
      System.out.printf(
          " \"heap_mb\": %.1f, \"heap_bytes_per_route\": %.1f,%n",
          heap / 1e6, heap / (double) routes);
      speed.print("replace", speed.tell("192.0.2.3"));
      speed.changes();
      speed.restored();
      sink.close();
      speed.restart();
      System.out.println(" \"unit\": \"seconds, routes a second\"}");
    }
  }

  private static KernelRouteSink sink(LiveKernel others) {
    return new KernelRouteSink(LiveKernel.open(others.namespace().path()));
  }

  private static void link(LiveKernel kernel) {
    String path = kernel.namespace().path().toString();
    kernel.links().createVeth("eth0", Optional.empty(), 1500, 0, "f", Optional.empty(), path);
    for (String name : List.of("eth0", "f")) {
      kernel.links().setUp(kernel.links().find(name).orElseThrow().index(), true);
    }
    int index = kernel.links().find("eth0").orElseThrow().index();
    kernel.links().addAddress(index, InterfaceAddress.parse("192.0.2.1/24"));
  }

  /// As long as in an internet table: mostly /24.
  private static Cidr prefix(int number) {
    return new Cidr(IpAddress.ofIpv4((16L << 24) + ((long) number << 8)), 24);
  }

  private static RouteUpdate reachable(int number, String gateway) {
    return reachable(number, List.of(IpAddress.parse(gateway)));
  }

  private static RouteUpdate reachable(int number, List<IpAddress> through) {
    return new RouteUpdate.Reachable(prefix(number), through, false, 100);
  }

  /// The same routes written by nobody but a loop: what the kernel takes.
  private static void bare(int routes) {
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      link(kernel);
      bare("bare_add", kernel, routes, route -> new RouteChange.Add(route));
      bare("bare_replace", kernel, routes, route -> new RouteChange.Put(route));
      bare("bare_remove", kernel, routes, route -> new RouteChange.Remove(route));
    }
  }

  private static void bare(
      String what, LiveKernel kernel, int routes, Function<Route, RouteChange> change) {
    Way way =
        Way.through(
            List.of(new Route.Hop(Optional.of(IpAddress.parse("192.0.2.2")), "eth0", false)));
    long start = System.nanoTime();
    for (int from = 0; from < routes; from += TOLD_AT_ONCE) {
      List<RouteChange> changes =
          IntStream.range(from, Math.min(routes, from + TOLD_AT_ONCE))
              .mapToObj(i -> change.apply(way.to(prefix(i), FibSettings.CALICO)))
              .toList();
      if (!kernel.routes().apply(changes).isEmpty()) {
        throw new IllegalStateException("the kernel refuses routes");
      }
    }
    print(what, routes, (System.nanoTime() - start) / 1e9);
  }

  private double tell(String gateway) {
    List<IpAddress> through = List.of(IpAddress.parse(gateway));
    long start = System.nanoTime();
    for (int from = 0; from < routes; from += TOLD_AT_ONCE) {
      List<RouteUpdate> updates = new ArrayList<>();
      for (int i = from; i < Math.min(routes, from + TOLD_AT_ONCE); i++) {
        updates.add(reachable(i, through));
      }
      sink.apply(updates);
    }
    until(() -> sink.size() == routes && isThrough(routes - 1, gateway));
    return (System.nanoTime() - start) / 1e9;
  }

  private boolean isThrough(int number, String gateway) {
    return sink.installation(prefix(number))
        .filter(Installation.Installed.class::isInstance)
        .filter(it -> it.text().contains(gateway + " "))
        .isPresent();
  }

  /// One route of all of them, each time another.
  private void changes() {
    double[] took = new double[CHANGES];
    for (int i = 0; i < CHANGES; i++) {
      int number = (int) ((i * 7_919L) % routes);
      long start = System.nanoTime();
      sink.apply(List.of(reachable(number, "192.0.2.2")));
      until(() -> isThrough(number, "192.0.2.2"));
      took[i] = (System.nanoTime() - start) / 1e9;
    }
    print("one_change", took);
  }

  /// Somebody deletes one, and it comes back.
  private void restored() throws Exception {
    double[] took = new double[CHANGES];
    AtomicReference<Cidr> came = new AtomicReference<>(prefix(0));
    try (AutoCloseable _ =
        others
            .routes()
            .watch(
                news -> {
                  if (news instanceof RouteNews.Came(Route route, _)) {
                    came.set(route.destination());
                  }
                })) {
      for (int i = 0; i < CHANGES; i++) {
        int number = (int) ((i * 7_919L + 1) % routes);
        Way anyWay = Way.through(List.of(new Route.Hop(Optional.empty(), "eth0", false)));
        Route route = anyWay.to(prefix(number), FibSettings.CALICO);
        long start = System.nanoTime();
        others.routes().apply(List.of(new RouteChange.Remove(route)));
        until(() -> came.get().equals(route.destination()));
        took[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    print("restored", took);
  }

  /// Another process adopts what is there.
  private void restart() {
    long start = System.nanoTime();
    try (KernelRouteSink next = sink(others)) {
      until(() -> next.size() == routes);
      print("adopt", (System.nanoTime() - start) / 1e9);
      start = System.nanoTime();
      next.converged();
      until(() -> next.size() == 0);
      print("remove", (System.nanoTime() - start) / 1e9);
    }
  }

  private void print(String what, double seconds) {
    print(what, routes, seconds);
  }

  private static void print(String what, int routes, double seconds) {
    System.out.printf(
        " \"%s_s\": %.3f, \"%s_per_s\": %.0f,%n", what, seconds, what, routes / seconds);
  }

  private static void print(String what, double[] seconds) {
    Arrays.sort(seconds);
    System.out.printf(
        " \"%s_median_ms\": %.3f, \"%s_p99_ms\": %.3f, \"%s_max_ms\": %.3f,%n",
        what,
        seconds[seconds.length / 2] * 1e3,
        what,
        seconds[seconds.length * 99 / 100] * 1e3,
        what,
        seconds[seconds.length - 1] * 1e3);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(50_000); // who asks all the time is in the way
    }
  }
}
