// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Capability.LongLivedRestart;
import dev.brindle.bird.wire.PeerTerms;
import java.time.Duration;
import java.util.Optional;

/// What two OPENs come to.
///
/// @param holdTime zero: no silence is too long
/// @param keepalive zero: never
/// @param restartAfterNotification a NOTIFICATION leaves routes in place too (RFC 8538)
/// @param longLived as the peer offered it (RFC 9494)
public record Agreement(
    PeerTerms terms,
    Duration holdTime,
    Duration keepalive,
    boolean restartAfterNotification,
    Optional<LongLivedRestart> longLived) {}
