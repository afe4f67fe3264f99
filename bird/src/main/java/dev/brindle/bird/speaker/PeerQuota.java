// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.topology.PrefixLimit.Excess;
import dev.brindle.bird.topology.PrefixLimit.Standing;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.NotificationCode;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much one peer has told, against what it may: prefixes by its own limit, octets of attributes
/// by everybody's. On the speaker's thread.
final class PeerQuota {

  private static final Logger LOG = LoggerFactory.getLogger(PeerQuota.class);

  private final LongSupplier octetsInTables;

  /// How many octets of attributes there are for its sake, at most: what came and went while its
  /// routes were worked on. What others go on with counts still, so it grows over time.
  private long octets;

  private Standing standing = Standing.WITHIN;

  /// @param octetsInTables what attributes take, of all peers
  PeerQuota(LongSupplier octetsInTables) {
    this.octetsInTables = octetsInTables;
  }

  /// A session begins.
  void begin() {
    standing = Standing.WITHIN;
  }

  // ---- octets

  long octets() {
    return octets;
  }

  /// What it is after everything was counted.
  void recount(long counted) {
    octets = counted;
  }

  /// To be given to `charge` once something was done for this peer.
  long mark() {
    return octetsInTables.getAsLong();
  }

  /// What has changed since then is for the sake of this peer.
  void charge(long mark) {
    octets = Math.max(0, octets + octetsInTables.getAsLong() - mark);
  }

  // ---- prefixes

  /// Why the session must end, if it must. Less than that is said once a session: who hovers about
  /// the limit fills no log.
  ///
  /// @param accepted prefixes, of those the peer has told since it is here
  /// @param kept prefixes beside them that wait for its return: they do not count, it may come back
  ///     with others
  Optional<Untenable> excess(PeerConfig peer, int accepted, int kept) {
    PrefixLimit limit = peer.routing().limit();
    Standing now = limit.standing(accepted);
    if (now == Standing.BEYOND && limit.excess() == Excess.DROP) {
      return Optional.of(
          new Untenable(
              Notification.cease(NotificationCode.MAX_PREFIXES),
              "it told more than %d prefixes".formatted(limit.prefixes()),
              limit.restart()));
    }
    if (now.compareTo(standing) > 0) {
      standing = now;
      LOG.warn(
          "BGP peer {} told {} prefixes of the {} it may: find out why, or raise maxPrefixes",
          peer.name(),
          accepted + kept,
          limit.prefixes());
    }
    return Optional.empty();
  }
}
