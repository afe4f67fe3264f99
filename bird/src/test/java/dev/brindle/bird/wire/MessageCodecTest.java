// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.Aggregator;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {

  private static final PeerTerms INTERNAL =
      PeerTerms.beforeOpen(PeerKind.INTERNAL).withExtendedNextHop(true);
  private static final PeerTerms OLD_SPEAKER =
      new PeerTerms(
          PeerKind.INTERNAL,
          new AsNumber(1),
          IpAddress.parse("192.0.2.1"),
          false,
          false,
          false,
          false,
          EnumSet.allOf(Family.class),
          Optional.empty(),
          true);

  static Stream<Message> messages() {
    PathAttributes four =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(64512, 4_200_000_000L),
            NextHop.of(IpAddress.parse("192.0.2.1")),
            new LocalPref(0xffff_ffffL),
            new Aggregator(new AsNumber(4_200_000_000L), IpAddress.parse("192.0.2.9")),
            new Communities(List.of(Community.NO_EXPORT, Community.of(64512, 7))),
            new PathAttribute.OriginatorId(IpAddress.parse("192.0.2.3")),
            new PathAttribute.ClusterList(List.of(IpAddress.parse("192.0.2.4"))),
            new PathAttribute.MultiExitDisc(5),
            new PathAttribute.AtomicAggregate(),
            new PathAttribute.ExtendedCommunities(List.of(new ExtendedCommunity(-2L))),
            new PathAttribute.Ipv6ExtendedCommunities(
                List.of(new Ipv6ExtendedCommunity(0x4002, IpAddress.parse("2001:db8::1"), 7))),
            new PathAttribute.LargeCommunities(List.of(new LargeCommunity(-1, 0, 1))),
            new PathAttribute.OnlyToCustomer(new AsNumber(4_200_000_000L)),
            new PathAttribute.Unknown(99, Octets.copyOf(new byte[300])));
    PathAttributes six =
        four.with(
            new NextHop(IpAddress.parse("2001:db8::1"), Optional.of(IpAddress.parse("fe80::1"))));
    return Stream.of(
        new Keepalive(),
        Notification.cease(NotificationCode.SHUTDOWN),
        new RouteRefresh(Family.IPV6_UNICAST.wire(), RouteRefresh.REQUEST),
        new Open(new AsNumber(1), 90, IpAddress.parse("192.0.2.1"), List.of()),
        new Open(
            new AsNumber(4_200_000_000L),
            90,
            IpAddress.parse("192.0.2.1"),
            List.of(
                new Capability.Multiprotocol(new AfiSafi(1, 1)),
                new Capability.RouteRefresh(),
                new Capability.EnhancedRouteRefresh(),
                new Capability.ExtendedMessage(),
                new Capability.FourOctetAs(new AsNumber(4_200_000_000L)),
                new Capability.GracefulRestart(
                    true,
                    true,
                    120,
                    List.of(new Capability.RestartFamily(new AfiSafi(1, 1), true))),
                new Capability.LongLivedRestart(
                    List.of(
                        new Capability.LongLivedFamily(new AfiSafi(1, 1), true, 16_777_215),
                        new Capability.LongLivedFamily(new AfiSafi(2, 1), false, 0))),
                new Capability.AddPath(List.of(new Capability.AddPathFamily(new AfiSafi(2, 1), 3))),
                Capability.ExtendedNextHop.ipv4OverIpv6(),
                new Capability.BgpRole(Role.RS_CLIENT.code()),
                new Capability.Unknown(200, Octets.copyOf(new byte[250])))),
        Update.endOfRib(Family.IPV4_UNICAST),
        Update.endOfRib(Family.IPV6_UNICAST),
        Update.withdraw(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("0.0.0.0/0"))),
        Update.withdraw(List.of(Cidr.parse("2001:db8::/33"))),
        Update.announce(four, List.of(Cidr.parse("10.64.0.0/10"), Cidr.parse("10.0.0.1/32"))),
        Update.announce(
            four.with(NextHop.of(IpAddress.parse("fe80::1"))), List.of(Cidr.parse("10.0.0.1/32"))),
        Update.announce(
            six,
            List.of(
                Cidr.parse("2001:db8::/33"), Cidr.parse("2001:db8::1/128"), Cidr.parse("::/0"))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsWhatItWrote(Message message) {
    assertThat(MessageCodec.decode(bytes(message, INTERNAL), INTERNAL))
        .isEqualTo(new Reading.Understood(message));
  }

  /// AS_TRANS and the AS4 attributes come together again.
  @ParameterizedTest
  @MethodSource("messages")
  void readsWhatItWroteForAnOldSpeaker(Message message) {
    assertThat(MessageCodec.decode(bytes(message, OLD_SPEAKER), OLD_SPEAKER))
        .isEqualTo(new Reading.Understood(message));
  }

  /// Where it was agreed on, and only there.
  @ParameterizedTest
  @EnumSource(Family.class)
  void readsThePathIdentifiersItWrote(Family family) {
    PeerTerms terms = INTERNAL.withAddPath(new AddPathTerms(Set.of(family), EnumSet.of(family)));
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.EMPTY,
            NextHop.of(IpAddress.parse(family == Family.IPV4_UNICAST ? "192.0.2.1" : "::1")),
            new LocalPref(1));
    List<Cidr> prefixes =
        Stream.of(1, 1, 2)
            .map(
                it -> (family == Family.IPV4_UNICAST ? "10.%d.0.0/16" : "fd0%d::/16").formatted(it))
            .map(Cidr::parse)
            .toList();
    List<Integer> ids = List.of(0, -1, 70_000);
    Message announced =
        new Update(
            List.of(),
            List.of(new Message.Announcement(attributes, prefixes, ids)),
            Optional.empty(),
            List.of());
    Message withdrawn = new Update(prefixes, List.of(), Optional.empty(), List.of(), ids);

    assertThat(MessageCodec.decode(bytes(announced, terms), terms))
        .isEqualTo(new Reading.Understood(announced));
    assertThat(MessageCodec.decode(bytes(withdrawn, terms), terms))
        .isEqualTo(new Reading.Understood(withdrawn));
    assertThat(bytes(withdrawn, terms).readableBytes())
        .isEqualTo(bytes(withdrawn, INTERNAL).readableBytes() + 3 * Integer.BYTES);
  }

  /// RFC 7911 §4: with another mode than 1 to 3 the capability is not understood.
  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "2, true", "3, true", "4, false", "255, false"})
  void understandsAddPathOfKnownModes(int mode, boolean isUnderstood) {
    Message open =
        new Message.Open(
            new AsNumber(1),
            90,
            IpAddress.parse("192.0.2.1"),
            List.of(
                new Capability.AddPath(
                    List.of(
                        new Capability.AddPathFamily(new AfiSafi(1, 1), 3),
                        new Capability.AddPathFamily(new AfiSafi(2, 1), mode)))));
    Reading reading = MessageCodec.decode(bytes(open, INTERNAL), INTERNAL);
    assertThat(((Message.Open) ((Reading.Understood) reading).message()).capabilities())
        .hasSize(1)
        .allMatch(it -> it instanceof Capability.AddPath == isUnderstood);
  }

  /// What was announced beside it under the same identifier is not withdrawn (RFC 4271 §4.3); what
  /// was under another is.
  @Test
  void tellsPathsOfOneMessageApart() {
    PeerTerms terms =
        INTERNAL.withAddPath(
            new AddPathTerms(Set.of(Family.IPV4_UNICAST), Set.of(Family.IPV4_UNICAST)));
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.EMPTY,
            NextHop.of(IpAddress.parse("192.0.2.1")),
            new LocalPref(1));
    Cidr ten = Cidr.parse("10.0.0.0/8");
    Message told =
        new Update(
            List.of(ten, ten),
            List.of(new Message.Announcement(attributes, List.of(ten), List.of(5))),
            Optional.empty(),
            List.of(),
            List.of(5, 6));

    Reading reading = MessageCodec.decode(bytes(told, terms), terms);

    Update read = (Update) ((Reading.Understood) reading).message();
    assertThat(read.withdrawn()).containsExactly(ten);
    assertThat(read.withdrawnIds()).containsExactly(6);
    assertThat(read.announced().getFirst().ids()).containsExactly(5);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void neverThrowsWhereverTheMessageEnds(Message message) {
    ByteBuf whole = bytes(message, INTERNAL);
    for (int length = Header.LENGTH; length < whole.readableBytes(); length++) {
      ByteBuf cut = whole.copy(0, length);
      cut.setShort(16, length);
      if (Header.peek(cut) instanceof Header.Whole) {
        assertThat(MessageCodec.decode(cut, INTERNAL)).isNotNull();
      }
      assertThat(Header.peek(whole.copy(0, length))).isEqualTo(new Header.Incomplete());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void neverThrowsWhateverIsInTheMessage(long seed) {
    Random random = new Random(seed);
    List<ByteBuf> samples = messages().map(message -> bytes(message, INTERNAL)).toList();
    IntStream.range(0, 20_000)
        .forEach(
            _ -> {
              ByteBuf mutated = samples.get(random.nextInt(samples.size())).copy();
              for (int i = random.nextInt(4); i >= 0; i--) {
                int at =
                    Math.min(
                        mutated.readableBytes() - 1,
                        18 + random.nextInt(mutated.readableBytes() - 18));
                mutated.setByte(at, random.nextInt(256));
              }
              if (Header.peek(mutated) instanceof Header.Whole) {
                Reading reading =
                    MessageCodec.decode(mutated, random.nextBoolean() ? INTERNAL : OLD_SPEAKER);
                assertThat(reading.toString()).isNotEmpty();
              }
            });
  }

  @ParameterizedTest(name = "{0} octets")
  @CsvSource({"5, 24", "100, 119", "4077, 4075", "60000, 4075"})
  void refusesARefreshOfAnotherLength(int body, int returned) {
    ByteBuf message = Unpooled.buffer().writeLong(-1).writeLong(-1);
    message.writeShort(Header.LENGTH + body).writeByte(5).writeZero(body);
    byte[] expected = new byte[returned];
    message.getBytes(0, expected);

    assertThat(MessageCodec.decode(message, INTERNAL))
        .isInstanceOfSatisfying(
            Reading.Refused.class,
            refused -> {
              assertThat(refused.notification())
                  .isEqualTo(new Notification(7, 1, Octets.copyOf(expected)));
              assertThat(bytes(refused.notification(), INTERNAL).readableBytes())
                  .isEqualTo(Header.LENGTH + 2 + returned);
            });
  }

  private static ByteBuf bytes(Message message, PeerTerms terms) {
    ByteBuf out = Unpooled.buffer();
    MessageCodec.encode(message, terms, out);
    return out;
  }
}
