// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.datastore.Datastore;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// A node's BGP, put together.
///
/// @param loop has the driver follow the store
record BgpWiring(BgpDriver driver, KernelRouteSink sink, ResourceLoop loop) {

  /// Other peers wait for many seconds.
  static final Duration LONG = Duration.ofSeconds(1);

  private static final Duration SECRETS_EACH = Duration.ofSeconds(10);

  /// @param node ends the parts
  static BgpWiring start(
      NodeSettings settings, Datastore datastore, RunningNode node, InstantSource clock) {
    var sink = new KernelRouteSink(LiveKernel.open());
    node.closing("bird's routes", sink);
    var speaker = new Speaker(sink, clock, new SplittableRandom());
    node.closing("bgp", speaker::leave);
    Kernel kernel = LiveKernel.open();
    node.closing("addresses of peering", kernel);
    var peering = new PeeringAddresses(kernel.links());
    node.closing("addresses of peering", peering);
    var services = new ServiceWatch(datastore, settings.variables());
    node.closing("services", services);
    var driver = new BgpDriver(settings, speaker, sink, services, peering);
    var loop = new ResourceLoop("bgp", datastore, BgpDriver.KINDS, driver::attempt, driver);
    node.closing("bgp's feed", loop);
    peering.onNews(loop::again);
    services.onNews(loop::again);
    node.closing(
        "secrets",
        SecretWatch.start(
            () -> driver.hasOtherSecrets() || driver.hasOtherWays(), loop::again, SECRETS_EACH));
    return new BgpWiring(driver, sink, loop);
  }

  /// How long the process may stand still before a peer that watches it by BFD gives it up, or it
  /// gives up such a peer.
  Duration bearablePause() {
    return driver.report().stream()
        .flatMap(report -> report.peers().stream())
        .flatMap(peer -> peer.bfd().stream())
        .map(BgpWiring::bearablePause)
        .min(Comparator.naturalOrder())
        .orElse(LONG);
  }

  /// The peer waits for several packets of ours, but nobody says of how many.
  static Duration bearablePause(BfdReport session) {
    Duration half = session.detectionTime().dividedBy(2);
    Duration interval = session.transmitInterval();
    return half.compareTo(interval) < 0 ? half : interval;
  }

  /// Why BGP is not as it should be.
  List<String> obstacles() {
    List<String> obstacles = new ArrayList<>(loop.problems());
    obstacles.addAll(driver.obstacles());
    obstacles.addAll(sink.problems());
    return obstacles;
  }
}
