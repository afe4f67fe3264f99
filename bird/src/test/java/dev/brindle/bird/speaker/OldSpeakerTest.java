// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A peer from before RFC 5492, which refuses every OPEN that has an optional parameter.
class OldSpeakerTest {

  private static final long AS = 70_000;
  private static final long OLD_AS = 65_001;
  private static final int HOST = 2;

  private final int port = Loopback.freePort();

  @Test
  void isAskedAgainWithoutCapabilitiesAndWithThemNextTime() throws IOException {
    try (ServerSocket old = listen();
        Speaker speaker = Loopback.speaker(new RecordingSink())) {
      speaker.start(
          config(1, AS, port, peer(1, AS, HOST, OLD_AS, port))
              .withAnnounce(Loopback.prefixes("10.1.0.0/24", "2001:db8::/64")));
      refuseFullOffer(old);

      try (RawPeer plain = RawPeer.answer(old, PeerKind.EXTERNAL)) {
        Open offer = plain.hearUntil(Open.class);
        assertThat(offer.capabilities()).isEmpty();
        assertThat(offer.as().value()).isEqualTo(23_456); // AS_TRANS
        accept(plain);
        Update told = plain.hearUntil(Update.class);
        assertThat(told.announced()).as("and nothing of IPv6").hasSize(1);
        assertThat(told.announced().getFirst().prefixes()).hasToString("[10.1.0.0/24]");
        assertThat(told.announced().getFirst().attributes().asPath()).isEqualTo(AsPath.of(AS));
      }

      // it may have been updated meanwhile
      refuseFullOffer(old);
    }
  }

  @Test
  void whoRefusesAnOfferWithoutCapabilitiesTooIsOfferedThemAgain() throws IOException {
    try (ServerSocket old = listen();
        Speaker speaker = Loopback.speaker(new RecordingSink())) {
      speaker.start(config(1, AS, port, peer(1, AS, HOST, OLD_AS, port)));
      refuseFullOffer(old);
      try (RawPeer plain = RawPeer.answer(old, PeerKind.EXTERNAL)) {
        assertThat(plain.hearUntil(Open.class).capabilities()).isEmpty();
        refuse(plain);
      }
      refuseFullOffer(old);
    }
  }

  private ServerSocket listen() throws IOException {
    InetAddress address = InetAddress.getByAddress(Loopback.address(HOST).bytes());
    return new ServerSocket(port, 8, address);
  }

  private static void refuseFullOffer(ServerSocket old) throws IOException {
    try (RawPeer call = RawPeer.answer(old, PeerKind.EXTERNAL)) {
      assertThat(call.hearUntil(Open.class).capabilities()).isNotEmpty();
      refuse(call);
    }
  }

  private static void refuse(RawPeer call) throws IOException {
    call.say(Notification.of(NotificationCode.OPEN, NotificationCode.UNSUPPORTED_PARAMETER));
  }

  private static void accept(RawPeer call) throws IOException {
    call.knowsTwoOctets();
    call.say(new Open(Loopback.as(OLD_AS), 90, Loopback.address(HOST), List.of()));
    call.say(new Keepalive());
    Message answer = call.hear();
    assertThat(answer).isInstanceOf(Keepalive.class);
  }
}
