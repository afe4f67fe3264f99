// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.LongLivedRestart;
import dev.brindle.bird.wire.Capability.RestartFamily;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Sessions between us, host 1 in AS 64512, and host 2, as their routes see them.
final class Conversations {

  static final long OUR_AS = 64_512;
  static final long OTHER_AS = 64_513;

  private Conversations() {}

  /// Over IPv4 and IPv6, with ROUTE-REFRESH and its marks.
  static Conversation of(PeerKind kind) {
    return of(kind, Optional.empty());
  }

  /// The peer restarts gracefully.
  ///
  /// @param forwarded families whose packets it went on to forward
  static Conversation restarting(Family... forwarded) {
    List<RestartFamily> families =
        Arrays.stream(Family.values())
            .map(it -> new RestartFamily(it.wire(), List.of(forwarded).contains(it)))
            .toList();
    return of(PeerKind.EXTERNAL, Optional.of(new GracefulRestart(false, false, 120, families)));
  }

  private static Conversation of(PeerKind kind, Optional<GracefulRestart> restart) {
    long as = kind == PeerKind.INTERNAL ? OUR_AS : OTHER_AS;
    PeerTerms terms =
        new PeerTerms(
            kind,
            new AsNumber(as),
            Loopback.address(2),
            true,
            false,
            true,
            true,
            Set.of(Family.values()),
            restart,
            false);
    Optional<LongLivedRestart> longLived = Optional.empty();
    return Conversation.of(
        new Agreement(terms, Duration.ofSeconds(90), Duration.ofSeconds(30), false, longLived),
        Loopback.peer(1, OUR_AS, 2, as, 179),
        Loopback.config(1, OUR_AS, 179),
        Optional.of(Loopback.address(1)),
        _ -> Optional.empty());
  }
}
