// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.SessionAction.SessionDown;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What follows from two OPENs, and what of a peer may stay when their session ends.
class AgreementTest {

  private static final AsNumber AS = new AsNumber(64_512);

  /// Something that both have to be able to do.
  enum Ability {
    EXTENDED_MESSAGES(new Capability.ExtendedMessage(), PeerTerms::extendedMessages),
    ENHANCED_REFRESH(new Capability.EnhancedRouteRefresh(), PeerTerms::enhancedRefresh),
    FOUR_OCTET_AS(new Capability.FourOctetAs(AS), PeerTerms::fourOctetAs),
    EXTENDED_NEXT_HOP(Capability.ExtendedNextHop.ipv4OverIpv6(), PeerTerms::extendedNextHop);

    @SuppressWarnings("ImmutableEnumChecker") // records of numbers
    private final Capability capability;

    @SuppressWarnings("ImmutableEnumChecker") // a getter
    private final Predicate<PeerTerms> isAgreed;

    Ability(Capability capability, Predicate<PeerTerms> isAgreed) {
      this.capability = capability;
      this.isAgreed = isAgreed;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOnlyOneSideCanDoIsNotDone(Ability ability) {
    for (boolean ours : new boolean[] {true, false}) {
      for (boolean theirs : new boolean[] {true, false}) {
        Agreement agreement =
            agree(offer(ours, ability.capability), offer(theirs, ability.capability));

        assertThat(ability.isAgreed.test(agreement.terms()))
            .as("ours %s, theirs %s", ours, theirs)
            .isEqualTo(ours && theirs);
      }
    }
  }

  /// RFC 8538 §3: with the N bit of both a NOTIFICATION leaves routes in place, but for a hard
  /// reset.
  @ParameterizedTest(name = "we {0}, they {1}, subcode {2}")
  @CsvSource(
      textBlock =
          """
          true,  true,  4, true
          true,  true,  9, false
          true,  false, 4, false
          false, true,  4, false
          """)
  void aHardResetLetsNothingStay(boolean ours, boolean theirs, int subcode, boolean stays) {
    Agreement agreement = agree(List.of(restart(ours)), List.of(restart(theirs)));

    Transition end =
        step(
            agreement,
            new SessionEvent.NotificationReceived(
                new Notification(NotificationCode.CEASE, subcode, Octets.EMPTY)));

    assertThat(down(end).graceful()).isEqualTo(stays);
  }

  /// RFC 4724 §4.1: it hears nothing, and keeps our routes; we go on using its own meanwhile.
  @Test
  void whoLeavesInPeaceSaysNothing() {
    Agreement agreement = agree(List.of(restart(true)), List.of(restart(true)));

    Transition end = step(agreement, new SessionEvent.Leave());

    assertThat(end.actions()).noneMatch(SessionAction.SendNotification.class::isInstance);
    assertThat(down(end).graceful()).isTrue();
  }

  private static List<Capability> offer(boolean isMade, Capability capability) {
    return isMade ? List.of(capability) : List.of();
  }

  private static Capability restart(boolean afterNotification) {
    return new Capability.GracefulRestart(
        false,
        afterNotification,
        120,
        List.of(new Capability.RestartFamily(Family.IPV4_UNICAST.wire(), true)));
  }

  private static Agreement agree(List<Capability> ours, List<Capability> theirs) {
    return Negotiation.agree(settings(ours), open(2, theirs));
  }

  private static SessionSettings settings(List<Capability> ours) {
    return new SessionSettings(open(1, ours), AS, false, Duration.ofSeconds(5), Optional.empty());
  }

  private static Open open(int host, List<Capability> more) {
    List<Capability> capabilities = new ArrayList<>(more);
    capabilities.add(new Capability.Multiprotocol(Family.IPV4_UNICAST.wire()));
    return new Open(AS, 90, IpAddress.ofIpv4(0x7f000000L + host), capabilities);
  }

  private static Transition step(Agreement agreement, SessionEvent event) {
    return new SessionMachine(settings(List.of()), 1)
        .step(new SessionState.Established(agreement), event);
  }

  private static SessionDown down(Transition transition) {
    return transition.actions().stream()
        .filter(SessionDown.class::isInstance)
        .map(SessionDown.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
