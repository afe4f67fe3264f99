// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Capability.EnhancedRouteRefresh;
import dev.brindle.bird.wire.Capability.ExtendedMessage;
import dev.brindle.bird.wire.Capability.ExtendedNextHop;
import dev.brindle.bird.wire.Capability.FourOctetAs;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.LongLivedRestart;
import dev.brindle.bird.wire.Capability.Multiprotocol;
import dev.brindle.bird.wire.Capability.RouteRefresh;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Compares the two OPENs of a session: is the peer's acceptable, and what follows from both.
final class Negotiation {

  private static final int MIN_HOLD_SECONDS = 3;
  private static final int KEEPALIVES_PER_HOLD = 3;

  private Negotiation() {}

  /// RFC 4271 §6.2, RFC 6286 §2.2. Empty if there is nothing against it.
  static Optional<Notification> objection(SessionSettings settings, Open theirs) {
    AsNumber as = theirs.as();
    boolean isNone = as.value() == 0 || as.equals(AsNumber.AS_TRANS);
    if (isNone || !settings.peerAs().accepts(as, settings.ours().as())) {
      return refuse(
          NotificationCode.BAD_PEER_AS,
          Octets.of((int) (as.value() >>> 8) & 0xff, (int) as.value() & 0xff));
    }
    boolean isInternal = as.equals(settings.ours().as());
    boolean isOurId = theirs.identifier().equals(settings.ours().identifier());
    if (theirs.identifier().isUnspecified() || (isInternal && isOurId)) {
      return refuse(NotificationCode.BAD_IDENTIFIER, Octets.EMPTY);
    }
    if (theirs.holdTime() != 0 && theirs.holdTime() < MIN_HOLD_SECONDS) {
      return refuse(NotificationCode.BAD_HOLD_TIME, Octets.EMPTY);
    }
    if (families(settings.ours(), theirs).isEmpty()) {
      return refuse(NotificationCode.UNSUPPORTED_CAPABILITY, wanted(settings.ours()));
    }
    return isInternal || settings.isMember() || RoleCheck.objection(settings, theirs).isEmpty()
        ? Optional.empty()
        : refuse(NotificationCode.ROLE_MISMATCH, Octets.EMPTY);
  }

  /// Our families, one of which it must have: a session without any would carry nothing, and look
  /// well (RFC 5492 §5).
  private static Octets wanted(Open ours) {
    int[] octets =
        families(ours).stream()
            .map(Family::wire)
            .flatMapToInt(it -> IntStream.of(1, 4, it.afi() >>> 8, it.afi() & 0xff, 0, it.safi()))
            .toArray();
    return Octets.of(octets);
  }

  private static Optional<Notification> refuse(int subcode, Octets data) {
    return Optional.of(new Notification(NotificationCode.OPEN, subcode, data));
  }

  static Agreement agree(SessionSettings settings, Open theirs) {
    Open ours = settings.ours();
    Duration hold = Duration.ofSeconds(Math.min(ours.holdTime(), theirs.holdTime()));
    Duration third = hold.dividedBy(KEEPALIVES_PER_HOLD);
    Duration keepalive = settings.keepalive().filter(it -> it.compareTo(third) < 0).orElse(third);
    Optional<GracefulRestart> restart = both(ours, theirs);
    Set<Family> families = families(ours, theirs);
    PeerTerms terms =
        new PeerTerms(
                kind(settings, theirs),
                theirs.as(),
                theirs.identifier(),
                has(theirs, FourOctetAs.class) && has(ours, FourOctetAs.class),
                has(theirs, ExtendedMessage.class) && has(ours, ExtendedMessage.class),
                has(theirs, RouteRefresh.class),
                has(theirs, EnhancedRouteRefresh.class) && has(ours, EnhancedRouteRefresh.class),
                families,
                restart,
                hasExtendedNextHop(ours) && hasExtendedNextHop(theirs))
            .withAddPath(AddPathAgreement.of(ours, theirs, families));
    boolean afterNotification =
        restart.map(GracefulRestart::notification).orElse(false)
            && find(ours, GracefulRestart.class).orElseThrow().notification();
    // one that does not come with graceful restart says nothing (RFC 9494 §3.1)
    Optional<LongLivedRestart> longLived =
        restart
            .flatMap(_ -> find(theirs, LongLivedRestart.class))
            .filter(_ -> has(ours, LongLivedRestart.class));
    return new Agreement(
        terms, hold, hold.isZero() ? Duration.ZERO : keepalive, afterNotification, longLived);
  }

  private static PeerKind kind(SessionSettings settings, Open theirs) {
    if (theirs.as().equals(settings.ours().as())) {
      return PeerKind.INTERNAL;
    }
    return settings.isMember() ? PeerKind.CONFEDERATION : PeerKind.EXTERNAL;
  }

  private static boolean hasExtendedNextHop(Open open) {
    for (Capability capability : open.capabilities()) {
      if (capability instanceof ExtendedNextHop told && told.hasIpv4OverIpv6()) {
        return true;
      }
    }
    return false;
  }

  /// The peer's offer, if we made one too.
  private static Optional<GracefulRestart> both(Open ours, Open theirs) {
    return find(theirs, GracefulRestart.class).filter(_ -> has(ours, GracefulRestart.class));
  }

  private static Set<Family> families(Open ours, Open theirs) {
    Set<Family> common = families(ours);
    common.retainAll(families(theirs));
    return common;
  }

  /// Who names no family means IPv4 unicast (RFC 4760 §8).
  private static Set<Family> families(Open open) {
    Set<Family> families = EnumSet.noneOf(Family.class);
    boolean named = false;
    for (Capability capability : open.capabilities()) {
      if (capability instanceof Multiprotocol(var wire)) {
        named = true;
        Family.of(wire).ifPresent(families::add);
      }
    }
    if (!named) {
      families.add(Family.IPV4_UNICAST);
    }
    return families;
  }

  private static boolean has(Open open, Class<? extends Capability> type) {
    for (Capability capability : open.capabilities()) {
      if (type.isInstance(capability)) {
        return true;
      }
    }
    return false;
  }

  /// Of several the last counts (RFC 4724 §3).
  private static <C extends Capability> Optional<C> find(Open open, Class<C> type) {
    for (Capability capability : open.capabilities().reversed()) {
      if (type.isInstance(capability)) {
        return Optional.of(type.cast(capability));
      }
    }
    return Optional.empty();
  }
}
