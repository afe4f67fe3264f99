// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AttributeRegion;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Unknown;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Beside the rules on values and their writer: the same octets.
class RewriteTest {

  private static final AcceptAll NO_FILTER = new AcceptAll();

  private final AttributeBlocks blocks = new AttributeBlocks();
  private final byte[] to = new byte[32_768];

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {41, 42, 43, 44})
  void writesWhatTheRulesSay(long seed) {
    Random random = new Random(seed);
    RandomAttributes attributes = new RandomAttributes(random);
    int told = 0;
    for (int i = 0; i < 10_000; i++) {
      Family family = attributes.any(Family.values());
      Source source = source(random, attributes.any(Source.Kind.values()));
      told += check(family, path(attributes, random, source, family), peer(random, attributes));
    }
    assertThat(told).isGreaterThan(5_000);
  }

  /// @return 1 if the path is told
  private int check(Family family, Path path, Neighbour peer) {
    Cidr prefix = Cidr.parse(family == Family.IPV4_UNICAST ? "10.0.0.0/8" : "2001:db8::/32");
    Optional<PathAttributes> told = ExportRules.told(prefix, path, peer, NO_FILTER);
    boolean isKeptBack = told.isEmpty() && !peer.addresses().isEmpty();
    if (isKeptBack && hasOwn(peer, family)) {
      return 0; // not for this peer, which is not asked here
    }
    boolean fourOctets = path.preference() == Path.ORDINARY;
    ExportTerms terms = ExportTerms.of(peer, fourOctets);
    byte[] canonical =
        CanonicalForm.of(
            path.source().isLocal()
                ? path.attributes().without(AttributeType.NEXT_HOP)
                : path.attributes());
    int block = blocks.intern(canonical, 0, canonical.length);
    int originator = (int) path.source().identifier().low();
    boolean reflected = path.source().kind() == Source.Kind.INTERNAL;

    Arrays.fill(to, (byte) 0x55);
    int length = Rewrite.write(blocks, block, terms, family, reflected, originator, to);
    if (length == Rewrite.NOT_TOLD) {
      assertThat(told).isEmpty();
      assertThat(Rewrite.nextHop(blocks, block, terms, family, to)).isEqualTo(Rewrite.NOT_TOLD);
      return 0;
    }
    if (told.isEmpty()) {
      return 0;
    }
    PathAttributes expected = told.get();
    boolean isIpv4 = family == Family.IPV4_UNICAST;
    byte[] region =
        AttributeRegion.write(
            isIpv4 ? expected : expected.without(AttributeType.NEXT_HOP), fourOctets);
    assertThat(hex(to, length)).isEqualTo(hex(region, region.length));
    assertThat(length).isLessThanOrEqualTo(Rewrite.room(canonical.length));
    checkNextHop(block, terms, family, expected.nextHop().orElseThrow());
    blocks.release(block);
    return 1;
  }

  private void checkNextHop(int block, ExportTerms terms, Family family, NextHop expected) {
    byte[] canonical = CanonicalForm.of(PathAttributes.of(expected));
    int length = Rewrite.nextHop(blocks, block, terms, family, to);
    assertThat(hex(to, length)).isEqualTo(hex(canonical, canonical.length).substring(6));
  }

  private static boolean hasOwn(Neighbour peer, Family family) {
    return peer.addresses().stream().anyMatch(it -> it.family() == family.ip());
  }

  private static String hex(byte[] bytes, int length) {
    return HexFormat.of().formatHex(bytes, 0, length);
  }

  /// A path whose preference says how the peer reads AS numbers, so that one value has it all.
  private static Path path(
      RandomAttributes attributes, Random random, Source source, Family family) {
    PathAttributes told =
        switch (source.kind()) {
          case LOCAL -> attributes.own();
          case EXTERNAL -> attributes.told(PeerKind.EXTERNAL, family);
          case INTERNAL -> attributes.told(PeerKind.INTERNAL, family);
        };
    if (random.nextInt(10) == 0) {
      told = told.with(attributes.strangePath());
    }
    if (random.nextInt(20) == 0) {
      told = told.with(new Unknown(0, Octets.of(1, 2)));
    }
    return new Path(source, told, random.nextBoolean() ? Path.ORDINARY : Path.PREFERRED);
  }

  private static Source source(Random random, Source.Kind kind) {
    IpAddress identifier = IpAddress.ofIpv4(1 + random.nextInt(1_000));
    return kind == Source.Kind.LOCAL
        ? Source.local(identifier)
        : new Source(kind, "from", identifier, identifier, random.nextBoolean());
  }

  private static Neighbour peer(Random random, RandomAttributes attributes) {
    List<IpAddress> addresses =
        switch (random.nextInt(6)) {
          case 0 -> List.of(IpAddress.parse("192.0.2.1"));
          case 1 -> List.of(IpAddress.parse("2001:db8::1"));
          case 2 -> List.of();
          default -> List.of(IpAddress.parse("192.0.2.2"), IpAddress.parse("2001:db8::2"));
        };
    IpAddress address = IpAddress.parse("192.0.2.9");
    return new Neighbour(
        attributes.any(PeerKind.values()),
        new Source(Source.Kind.EXTERNAL, "to", address, address, false),
        new AsNumber(random.nextBoolean() ? 64_512 : 4_200_000_001L),
        new AsNumber(65_001),
        addresses,
        IpAddress.parse("192.0.2.7"),
        IpAddress.parse("192.0.2.8"),
        true,
        0,
        attributes.any(NextHopMode.values()));
  }

  @Test
  void termsAreEqualWhenPeersReadTheSame() {
    Random random = new Random(5);
    Neighbour peer = peer(random, new RandomAttributes(random));

    assertThat(ExportTerms.of(peer, true)).isEqualTo(ExportTerms.of(peer, true));
    assertThat(ExportTerms.of(peer, true)).isNotEqualTo(ExportTerms.of(peer, false));
  }
}
