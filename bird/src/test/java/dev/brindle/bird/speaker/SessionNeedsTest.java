// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a machine has to be able to do for a peer's session.
class SessionNeedsTest {

  private static final PeerConfig PLAIN =
      PeerConfig.of(
          "there",
          PeerType.NODE,
          IpAddress.parse("192.0.2.2"),
          new AsNumber(64_512),
          new AsNumber(64_513));

  @ParameterizedTest(name = "{0}: signs {1}, bounds hops {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the peer                  | signs | bounds hops | refused because
          plain                       | false | false       |
          password                    | true  | false       |
          password                    | false | true        | a password needs epoll and a kernel with CONFIG_TCP_MD5SIG
          ttlSecurity                 | false | true        |
          ttlSecurity                 | true  | false       | ttlSecurity and multihop need epoll
          multihop                    | true  | false       | ttlSecurity and multihop need epoll
          refused                     | true  | true        | its Secret is missing
          refused password ttlSecurity | false | false      | its Secret is missing
          password ttlSecurity        | false | false       | ttlSecurity and multihop need epoll
          """)
  void refusesWhatItCannotSecure(
      String wants, boolean canSign, boolean canBoundHops, @Nullable String refusal) {
    PeerConfig peer = PLAIN;
    for (String want : wants.split(" ", -1)) {
      peer =
          switch (want) {
            case "password" -> peer.withPassword(new Password("secret"));
            case "ttlSecurity" -> peer.withTtlSecurity(1);
            case "multihop" -> peer.withMultihop(2);
            case "refused" -> peer.refusedBecause("its Secret is missing");
            default -> peer;
          };
    }

    assertThat(new SessionNeeds(canSign, canBoundHops).refusal(peer).orElse(null))
        .isEqualTo(refusal);
  }
}
