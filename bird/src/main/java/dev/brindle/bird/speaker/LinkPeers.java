// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the peers are that are known by their links alone. On the speaker's thread.
final class LinkPeers {

  private static final Logger LOG = LoggerFactory.getLogger(LinkPeers.class);

  private final NeighbourDiscovery discovery;
  private final Executor executor;
  private final Predicate<String> isBusy;
  private final Runnable moved;
  private final Map<String, Place> places = new TreeMap<>();

  /// @param executor the speaker's thread
  /// @param isBusy whether a session is established over that link
  /// @param moved a peer was found, or lost
  LinkPeers(
      NeighbourDiscovery discovery, Executor executor, Predicate<String> isBusy, Runnable moved) {
    this.discovery = discovery;
    this.executor = executor;
    this.isBusy = isBusy;
    this.moved = moved;
  }

  /// Watches the links of these peers, and no others.
  void follow(Collection<PeerConfig> peers) {
    Set<String> wanted = new HashSet<>();
    for (PeerConfig peer : peers) {
      if (isSearchable(peer)) {
        wanted.add(peer.zone().orElseThrow());
      }
    }
    for (String link : Set.copyOf(places.keySet())) {
      if (!wanted.contains(link)) {
        Place left = places.remove(link);
        if (left != null) {
          left.close();
        }
      }
    }
    for (String link : wanted) {
      if (!places.containsKey(link)) {
        Place place = new Place(link);
        places.put(link, place);
        place.watch = discovery.watch(link, place);
      }
    }
  }

  void close() {
    follow(Set.of());
  }

  private static boolean isSearchable(PeerConfig peer) {
    return peer.isUnnumbered() && peer.refusal().isEmpty();
  }

  /// The same with the addresses of those that were found; the others can have no session yet.
  SpeakerConfig located(SpeakerConfig wanted) {
    return wanted.withPeers(wanted.peers().stream().map(this::located).toList());
  }

  /// Whether it has no session only because it was not found yet.
  static boolean isSought(PeerConfig located, SpeakerConfig wanted) {
    return located.isUnnumbered()
        && wanted.peers().stream()
            .anyMatch(it -> it.name().equals(located.name()) && isSearchable(it));
  }

  private PeerConfig located(PeerConfig peer) {
    if (!isSearchable(peer)) {
      return peer;
    }
    String link = peer.zone().orElseThrow();
    Place place = places.get(link);
    return place == null
        ? peer.refusedBecause("looks for a neighbor on " + link)
        : place.address.map(peer::withAddress).orElseGet(() -> peer.refusedBecause(place.reason));
  }

  private final class Place implements NeighbourDiscovery.Listener {

    private final String link;
    private Optional<IpAddress> address = Optional.empty();
    private String reason;
    private NeighbourDiscovery.@Nullable Watch watch;

    Place(String link) {
      this.link = link;
      this.reason = "looks for a neighbor on " + link;
    }

    void close() {
      if (watch != null) {
        watch.close();
      }
    }

    private boolean isCurrent() {
      return places.get(link) == this;
    }

    @Override
    public void found(IpAddress told) {
      executor.execute(
          () -> {
            // whoever else advertises on the link does not end a session that there is
            boolean isNews = !address.equals(Optional.of(told));
            if (isCurrent() && isNews && (address.isEmpty() || !isBusy.test(link))) {
              LOG.info("the BGP neighbor on {} is {}", link, told);
              address = Optional.of(told);
              moved.run();
            }
          });
    }

    @Override
    public void lost(String why) {
      executor.execute(
          () -> {
            if (isCurrent() && !(address.isEmpty() && reason.equals(why))) {
              LOG.info("no BGP neighbor on {}: {}", link, why);
              address = Optional.empty();
              reason = why;
              moved.run();
            }
          });
    }
  }
}
