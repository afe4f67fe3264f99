// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.label.Selector;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a BGPPeer says that cannot be done, by Calico's rules for its fields or because we cannot
/// do it yet.
///
/// @param refusals if there is one, the resource makes no session
/// @param notes the sessions come up, without this
record PeerObjections(List<String> refusals, List<String> notes) {

  private static final int MAX_HOPS = 255;
  private static final String BOTH_NODES =
      "node and nodeSelector are both there; say one of them, or none for every node";

  PeerObjections {
    refusals = List.copyOf(refusals);
    notes = List.copyOf(notes);
  }

  static PeerObjections of(BgpPeer.Spec spec) {
    List<String> refusals = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    whom(spec, refusals, notes);
    words(spec, refusals);
    numbers(spec, refusals);
    reachableBy(spec, refusals, notes);
    if (spec.keepOriginalNextHop() && !spec.nextHopMode().isEmpty()) {
      notes.add("keepOriginalNextHop counts for nothing beside nextHopMode; leave it out");
    }
    return new PeerObjections(refusals, notes);
  }

  private static void whom(BgpPeer.Spec spec, List<String> refusals, List<String> notes) {
    if (!spec.localWorkloadSelector().isEmpty()) {
      workloads(spec, refusals);
      return;
    }
    if (!spec.node().isEmpty() && !spec.nodeSelector().isEmpty()) {
      refusals.add(BOTH_NODES);
    }
    if (spec.peerIP().isEmpty() == spec.peerSelector().isEmpty()) {
      refusals.add("one of peerIP and peerSelector is needed");
    }
    if (!spec.peerSelector().isEmpty()
        && spec.asNumber().filter(as -> as.value() != 0).isPresent()) {
      notes.add("asNumber counts for nothing beside peerSelector: each node has its own");
    }
    parsed(() -> Selector.parse(spec.nodeSelector()), refusals);
    parsed(() -> Selector.parse(spec.peerSelector()), refusals);
    if (!spec.peerIP().isEmpty()) {
      parsed(() -> PeerEndpoint.parse(spec.peerIP()), refusals);
    }
    parsed(() -> PeerTimes.of(spec), refusals);
  }

  /// Its complaint is ours.
  private static void parsed(Runnable parser, List<String> refusals) {
    try {
      parser.run();
    } catch (IllegalArgumentException e) {
      refusals.add(String.valueOf(e.getMessage()));
    }
  }

  private static void words(BgpPeer.Spec spec, List<String> refusals) {
    word("nextHopMode", spec.nextHopMode(), Set.of("Auto", "Self", "Keep"), refusals);
    word("sourceAddress", spec.sourceAddress(), Set.of("UseNodeIP", "None"), refusals);
    word("reversePeering", spec.reversePeering(), Set.of("Auto", "Manual"), refusals);
  }

  private static void word(String field, String text, Set<String> known, List<String> refusals) {
    if (!text.isEmpty() && !known.contains(text)) {
      refusals.add(
          "%s is '%s', not one of %s".formatted(field, text, known.stream().sorted().toList()));
    }
  }

  private static void numbers(BgpPeer.Spec spec, List<String> refusals) {
    int hops = spec.ttlSecurity().orElse(0);
    if (hops < 0 || hops > MAX_HOPS) {
      refusals.add("ttlSecurity %d is not in 0..255".formatted(hops));
    }
    int own = spec.numAllowedLocalASNumbers().orElse(0);
    if (own < 0) {
      refusals.add("numAllowedLocalASNumbers %d is less than 0".formatted(own));
    }
  }

  private static void reachableBy(BgpPeer.Spec spec, List<String> refusals, List<String> notes) {
    if (spec.reachableBy().isEmpty()) {
      return;
    }
    if (spec.peerIP().isEmpty()) {
      notes.add("reachableBy counts for nothing without peerIP; leave it out");
      return;
    }
    IpAddress gateway = IpAddress.tryParse(spec.reachableBy()).orElse(null);
    if (gateway == null) {
      refusals.add("reachableBy '%s' is not an IP address".formatted(spec.reachableBy()));
      return;
    }
    IpAddress peer = tryPeer(spec.peerIP());
    if (peer != null && peer.family() != gateway.family()) {
      refusals.add("reachableBy %s is not of the family of peerIP %s".formatted(gateway, peer));
    }
  }

  private static void workloads(BgpPeer.Spec spec, List<String> refusals) {
    if (!spec.peerIP().isEmpty() || !spec.peerSelector().isEmpty()) {
      refusals.add("localWorkloadSelector goes with neither peerIP nor peerSelector");
    }
    if (spec.asNumber().filter(as -> as.value() != 0).isEmpty()) {
      refusals.add("localWorkloadSelector needs asNumber, that of the pods");
    }
    if (!spec.node().isEmpty() && !spec.nodeSelector().isEmpty()) {
      refusals.add(BOTH_NODES);
    }
    parsed(() -> Selector.parse(spec.nodeSelector()), refusals);
    parsed(() -> Selector.parse(spec.localWorkloadSelector()), refusals);
  }

  private static @Nullable IpAddress tryPeer(String text) {
    try {
      return PeerEndpoint.parse(text).address();
    } catch (IllegalArgumentException e) {
      return null; // which is complained of elsewhere
    }
  }
}
