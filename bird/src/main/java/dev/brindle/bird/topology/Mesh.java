// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.CalicoNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The node-to-node mesh: every node that is no route reflector with every other, in each family
/// both have an address of.
record Mesh(BgpResources resources, CalicoNode self, PeerRules rules) {

  List<PeerConfig> peers() {
    boolean isOff =
        !BgpResources.clusterId(self).isEmpty()
            || !resources.cluster(BgpConfiguration.Spec::nodeToNodeMeshEnabled).orElse(true);
    if (isOff) {
      return List.of();
    }
    List<PeerConfig> peers = new ArrayList<>();
    for (CalicoNode node : resources.nodes()) {
      boolean takesPart =
          !BgpResources.name(node).equals(resources.nodeName())
              && BgpResources.clusterId(node).isEmpty();
      if (takesPart) {
        for (IpFamily family : IpFamily.values()) {
          peer(node, family).ifPresent(peers::add);
        }
      }
    }
    return peers;
  }

  /// What is wrong with the mesh's own settings, if anything. Then the usual restart time counts.
  Optional<String> problem() {
    String time = restartTime();
    return GoDuration.isDuration(time)
        ? Optional.empty()
        : Optional.of(
            "BGPConfiguration default: nodeMeshMaxRestartTime '%s' is not a duration such as 120s"
                .formatted(time));
  }

  private String restartTime() {
    return resources
        .of(BgpConfiguration.DEFAULT)
        .map(BgpConfiguration.Spec::nodeMeshMaxRestartTime)
        .orElse("");
  }

  private Optional<PeerConfig> peer(CalicoNode node, IpFamily family) {
    Optional<IpAddress> ours = BgpResources.address(self, family);
    return BgpResources.address(node, family)
        .filter(theirs -> ours.isPresent() && !theirs.equals(ours.get()))
        .map(theirs -> peer(node, theirs, ours.get()));
  }

  private PeerConfig peer(CalicoNode node, IpAddress theirs, IpAddress ours) {
    PeerConfig peer =
        PeerConfig.of(
                PeerRules.name(PeerType.MESH, theirs, Optional.empty()),
                PeerType.MESH,
                theirs,
                rules.ourAs(),
                BgpResources.ownAs(node).orElse(rules.ourAs()))
            .withPort(resources.listenPort(node).orElse(ListenAddress.BGP_PORT))
            .withSource(Optional.of(ours))
            .withPassive(PeerRules.waitsFor(theirs, ours));
    Optional<Duration> restart =
        Optional.of(restartTime()).filter(GoDuration::isDuration).flatMap(GoDuration::seconds);
    PeerConfig timed =
        restart.map(it -> peer.withTiming(peer.timing().withRestart(it))).orElse(peer);
    return rules.withPassword(
        timed,
        resources.cluster(BgpConfiguration.Spec::nodeMeshPassword),
        "BGPConfiguration default");
  }
}
