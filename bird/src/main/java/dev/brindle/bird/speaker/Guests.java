// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.SpeakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// The peers that came to be by calling from a range. On the speaker's thread.
final class Guests {

  /// How long one that has no session stays known: longer than most pauses between attempts.
  private static final Duration LINGER = Duration.ofMinutes(1);

  /// By name, in the order they came.
  private final Map<String, Guest> guests = new LinkedHashMap<>();

  private final Function<PeerConfig, Peer> host;
  private final Consumer<Peer> farewell;

  private record Guest(PeerRange range, Peer peer) {}

  /// @param host makes a peer of it
  /// @param farewell ends a peer that was one
  Guests(Function<PeerConfig, Peer> host, Consumer<Peer> farewell) {
    this.host = host;
    this.farewell = farewell;
  }

  /// The peer for a caller of whom nothing is known so far; empty if it is in no range, or too many
  /// are there. One that has no session yet makes way, the first to come first: so callers that say
  /// nothing keep nobody out.
  Optional<Peer> welcome(List<PeerRange> ranges, IpAddress caller) {
    Optional<PeerRange> range = PeerRange.of(ranges, caller);
    if (range.isEmpty() || !hasRoom(range.get())) {
      return Optional.empty();
    }
    Peer peer = host.apply(range.get().peer(caller));
    guests.put(peer.config().name(), new Guest(range.get(), peer));
    return Optional.of(peer);
  }

  private boolean hasRoom(PeerRange range) {
    boolean isFull = count(range) >= range.limit();
    if (!isFull && guests.size() < PeerRange.MOST) {
      return true;
    }
    Optional<Guest> idle =
        guests.values().stream()
            .filter(it -> !isFull || it.range().name().equals(range.name()))
            .filter(it -> it.peer().isDispensable())
            .findFirst();
    idle.ifPresent(it -> dismiss(it.peer()));
    return idle.isPresent();
  }

  private long count(PeerRange range) {
    return guests.values().stream().filter(it -> it.range().name().equals(range.name())).count();
  }

  private void dismiss(Peer peer) {
    guests.remove(peer.config().name());
    farewell.accept(peer);
  }

  /// Those that have been without a session for long are no peers any more.
  void sweep(Instant now) {
    Instant then = now.minus(LINGER);
    List<Peer> gone =
        guests.values().stream().map(Guest::peer).filter(it -> it.isAwaySince(then)).toList();
    gone.forEach(this::dismiss);
  }

  /// What they are in a new configuration, by name; who is not there is no guest any more.
  Map<String, PeerConfig> in(SpeakerConfig changed) {
    Map<String, PeerConfig> wanted = new LinkedHashMap<>();
    List<IpAddress> configured = changed.peers().stream().map(PeerConfig::address).toList();
    for (Iterator<Guest> all = guests.values().iterator(); all.hasNext(); ) {
      Peer peer = all.next().peer();
      IpAddress address = peer.config().address();
      Optional<PeerRange> range =
          configured.contains(address) ? Optional.empty() : PeerRange.of(changed.ranges(), address);
      if (range.isPresent()) {
        wanted.put(peer.config().name(), range.get().peer(address));
      } else {
        all.remove();
      }
    }
    wanted.forEach(
        (name, config) ->
            PeerRange.of(changed.ranges(), config.address())
                .ifPresent(
                    range ->
                        guests.computeIfPresent(
                            name, (_, guest) -> new Guest(range, guest.peer()))));
    return wanted;
  }

  /// It is no peer any more.
  void forget(Peer peer) {
    guests.remove(peer.config().name());
  }

  void clear() {
    guests.clear();
  }
}
