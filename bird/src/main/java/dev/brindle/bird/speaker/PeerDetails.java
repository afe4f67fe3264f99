// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.Agreement;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// What is known of a peer beyond how its session stands.
///
/// @param port where it is called
/// @param localAs ours, as it knows us
/// @param localAddress ours, of the connection there is
/// @param agreement what the two OPENs came to, while the session is up
/// @param flaps how often the session went down since the peer was configured
/// @param lastDown when it did last
/// @param lastReason why it did; empty if it never did
/// @param waiting prefixes whose news it has not been sent yet
/// @param roundTripMicros as its TCP connection measures it
/// @param advice what to do about a session that is not up; empty if nothing is known to help
/// @param lowered all that it told is taken last, because it is being drained
/// @param told prefixes that it tells, accepted or not
/// @param tellsMore than that: not all that were refused are counted
public record PeerDetails(
    int port,
    AsNumber localAs,
    Optional<IpAddress> localAddress,
    Optional<Agreement> agreement,
    long flaps,
    Optional<Instant> lastDown,
    String lastReason,
    MessageCounts received,
    MessageCounts sent,
    int waiting,
    OptionalLong roundTripMicros,
    String advice,
    boolean lowered,
    int told,
    boolean tellsMore) {

  public static final PeerDetails NONE =
      new PeerDetails(
          0,
          new AsNumber(0),
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty(),
          "",
          MessageCounts.NONE,
          MessageCounts.NONE,
          0,
          OptionalLong.empty(),
          "",
          false,
          0,
          false);
}
