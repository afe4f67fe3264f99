// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.bird.speaker.Speaker;
import dev.brindle.datastore.Datastore;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A node's BGP, put together.
///
/// @param loop has the driver follow the store
record BgpWiring(BgpDriver driver, KernelRouteSink sink, ResourceLoop loop) {

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

  /// Why BGP is not as it should be.
  List<String> obstacles() {
    List<String> obstacles = new ArrayList<>(loop.problems());
    obstacles.addAll(driver.obstacles());
    obstacles.addAll(sink.problems());
    return obstacles;
  }
}
