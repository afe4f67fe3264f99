// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.RouteCursor;
import dev.brindle.bird.speaker.RoutePage;
import dev.brindle.bird.speaker.RouteQuery;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.wire.Family;
import dev.brindle.linux.model.Route;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.report.NodeFacts;
import dev.brindle.node.report.RouteFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What BGP and the kernel know, for a CalicoNodeStatus.
final class BgpFacts implements NodeFacts {

  private final String version;
  private final Optional<BgpDriver> driver;
  private final Optional<KernelRouteSink> sink;

  /// Of a node that does not speak BGP.
  static BgpFacts none(String version) {
    return new BgpFacts(version, Optional.empty(), Optional.empty());
  }

  static BgpFacts of(String version, BgpDriver driver, KernelRouteSink sink) {
    return new BgpFacts(version, Optional.of(driver), Optional.of(sink));
  }

  private BgpFacts(String version, Optional<BgpDriver> driver, Optional<KernelRouteSink> sink) {
    this.version = version;
    this.driver = driver;
    this.sink = sink;
  }

  @Override
  public Optional<Bgp> bgp() {
    Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
    return driver.flatMap(
        it -> it.report().map(report -> new Bgp(report, version, started, it.reconfigured())));
  }

  @Override
  public RouteFacts routes(int most) {
    Optional<Speaker> speaker = driver.flatMap(BgpDriver::speaker);
    Optional<List<Route>> others = sink.flatMap(KernelRouteSink::others);
    if (speaker.isEmpty() || others.isEmpty()) {
      return RouteFacts.NONE;
    }
    List<RoutePage.Entry> known = new ArrayList<>();
    boolean isWhole = true;
    for (IpFamily family : IpFamily.values()) {
      isWhole &= read(speaker.get(), family, most, known);
    }
    Map<Cidr, Route> own = new HashMap<>();
    for (RoutePage.Entry entry : known) {
      sink.flatMap(it -> it.own(entry.prefix())).ifPresent(route -> own.put(entry.prefix(), route));
    }
    return new RouteFacts(others.get(), own, known, isWhole);
  }

  /// @return whether those are all
  private static boolean read(
      Speaker speaker, IpFamily family, int most, List<RoutePage.Entry> known) {
    boolean isIpv4 = family == IpFamily.IPV4;
    Cidr all = Cidr.parse(isIpv4 ? "0.0.0.0/0" : "::/0");
    var query = new RouteQuery(Optional.of(all), Optional.empty(), Optional.empty(), false);
    Optional<RouteCursor> cursor =
        Optional.of(new RouteCursor(isIpv4 ? Family.IPV4_UNICAST : Family.IPV6_UNICAST, 0));
    int left = most;
    while (cursor.isPresent()) {
      RoutePage page = speaker.page(query, cursor.get());
      for (RoutePage.Entry entry : page.entries()) {
        if (left-- <= 0) {
          return false;
        }
        known.add(entry);
      }
      cursor = page.next();
    }
    return true;
  }
}
