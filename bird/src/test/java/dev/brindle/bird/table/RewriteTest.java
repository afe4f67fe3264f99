// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.NextHopWish;
import dev.brindle.bird.filter.RouteChange;
import dev.brindle.bird.filter.RouteMatch.AllOf;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.filter.Telling;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.PathManners;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AttributeRegion;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttribute.Unknown;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Beside the rules on values and their writer: the same octets.
class RewriteTest {

  private static final AcceptAll NO_FILTER = new AcceptAll();
  private static final IpAddress LINK_LOCAL = IpAddress.parse("fe80::1");

  private final AttributeBlocks blocks = new AttributeBlocks();
  private final byte[] to = new byte[32_768];

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {41, 42, 43, 44})
  void writesWhatTheRulesSay(long seed) {
    Random random = new Random(seed);
    RandomAttributes attributes = new RandomAttributes(random);
    int told = 0;
    for (int i = 0; i < 4_000; i++) {
      Family family = attributes.any(Family.values());
      Path path = path(attributes, random, attributes.any(Source.Kind.values()), family);
      Neighbour peer = peer(random, attributes);
      Optional<PathAttributes> expected = ExportRules.told(prefix(family), path, peer, NO_FILTER);
      if (expected.isPresent()) {
        told++;
        check(path, peer, family, random.nextBoolean(), expected.get());
      }
    }
    assertThat(told).isGreaterThan(2_000);
    assertThat(blocks.size()).isZero();
  }

  /// The same of what a filter has left, with what it wants of next hop and MED.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {45, 46})
  void writesWhatAFilterWants(long seed) {
    Random random = new Random(seed);
    RandomAttributes attributes = new RandomAttributes(random);
    int told = 0;
    for (int i = 0; i < 5_000; i++) {
      Family family = attributes.any(Family.values());
      Path path = path(attributes, random, attributes.any(Source.Kind.values()), family);
      Neighbour peer = peer(random, attributes);
      RuleFilter filter = filter(random);
      Optional<PathAttributes> expected = ExportRules.told(prefix(family), path, peer, filter);
      if (expected.isPresent()) {
        told++;
        checkFiltered(path, peer, family, filter, expected.get());
      }
    }
    assertThat(told).isGreaterThan(2_000);
    assertThat(blocks.size()).isZero();
  }

  private static RuleFilter filter(Random random) {
    List<RouteChange> some =
        List.of(
            new RouteChange.ChooseNextHop(NextHopWish.SELF),
            new RouteChange.ChooseNextHop(NextHopWish.UNCHANGED),
            new RouteChange.SetNextHop(IpAddress.parse("192.0.2.99")),
            new RouteChange.SetNextHop(IpAddress.parse("2001:db8::99")),
            new RouteChange.AddToMed(5),
            new RouteChange.SetLocalPref(5));
    List<RouteChange> changes =
        List.of(some.get(random.nextInt(some.size())), some.get(random.nextInt(some.size())));
    return new RuleFilter(
        "f", List.of(new FilterRule("r", new AllOf(List.of()), changes, Action.ACCEPT)), false);
  }

  private void checkFiltered(
      Path path, Neighbour peer, Family family, RuleFilter filter, PathAttributes expected) {
    Telling telling = filter.tell(prefix(family), path.attributes(), peer.context(path.source()));
    PathAttributes left = ((Verdict.Accept) telling.verdict()).attributes();
    int block = intern(new Path(path.source(), left, path.preference()));
    ExportTerms terms = ExportTerms.of(peer, true);
    // through the word, as the groups do
    ExportWish wish = Told.wish(Told.of(block, 77, ExportWish.of(telling)));

    int length = new Rewrite(blocks, terms, family).write(block, path.source(), wish, to);

    PathAttributes beside =
        expected.nextHop().orElseThrow().address().isIpv4()
            ? expected
            : expected.without(AttributeType.NEXT_HOP);
    byte[] region = AttributeRegion.write(beside, true);
    assertThat(hex(to, length)).isEqualTo(hex(region, region.length));
    int hop = new Rewrite(blocks, terms, family).nextHop(block, path.source(), wish, to);
    IpAddress address = expected.nextHop().orElseThrow().address();
    assertThat(hex(to, hop)).startsWith(hex(address.bytes(), address.bytes().length));
    blocks.release(block);
  }

  private void check(
      Path path, Neighbour peer, Family family, boolean fourOctetAs, PathAttributes expected) {
    int block = intern(path);
    ExportTerms terms = ExportTerms.of(peer, fourOctetAs);

    int length = write(block, terms, family, path);

    PathAttributes beside =
        expected.nextHop().orElseThrow().address().isIpv4()
            ? expected
            : expected.without(AttributeType.NEXT_HOP);
    byte[] region = AttributeRegion.write(beside, fourOctetAs);
    assertThat(hex(to, length)).isEqualTo(hex(region, region.length));
    assertThat(length).isLessThanOrEqualTo(Rewrite.room(blocks.length(block)));
    checkNextHop(block, terms, path.source(), family, expected.nextHop().orElseThrow());
    blocks.release(block);
  }

  private static Cidr prefix(Family family) {
    return switch (family) {
      case IPV4_UNICAST -> Cidr.parse("10.0.0.0/8");
      case IPV6_UNICAST -> Cidr.parse("2001:db8::/32");
    };
  }

  private int intern(Path path) {
    byte[] canonical = CanonicalForm.of(path.attributes());
    return blocks.intern(canonical, 0, canonical.length);
  }

  private int write(int block, ExportTerms terms, Family family, Path path) {
    Arrays.fill(to, (byte) 0x55);
    return new Rewrite(blocks, terms, family).write(block, path.source(), ExportWish.NONE, to);
  }

  @ParameterizedTest(name = "{0}, {1}, {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # our addresses         | family       | next hop | told
          192.0.2.1               | IPV4_UNICAST | SELF     | true
          192.0.2.1               | IPV6_UNICAST | SELF     | false
          2001:db8::1             | IPV4_UNICAST | SELF     | false
          2001:db8::1             | IPV6_UNICAST | SELF     | true
          192.0.2.1               | IPV6_UNICAST | KEEP     | true
          """)
  void tellsNothingWithoutANextHop(String own, Family family, NextHopMode mode, boolean told) {
    Random random = new Random(6);
    RandomAttributes attributes = new RandomAttributes(random);
    Neighbour peer = peer(PeerKind.EXTERNAL, 64_512, List.of(IpAddress.parse(own)), mode);
    Path path = path(attributes, random, Source.Kind.EXTERNAL, family);
    ExportTerms terms = ExportTerms.of(peer, true);

    int length = write(intern(path), terms, family, path);

    assertThat(length != Rewrite.NOT_TOLD).isEqualTo(told);
    int hop =
        new Rewrite(blocks, terms, family)
            .nextHop(intern(path), path.source(), ExportWish.NONE, to);
    assertThat(hop != Rewrite.NOT_TOLD).isEqualTo(told);
  }

  /// Where a segment is full, and where a length gets its second octet.
  @ParameterizedTest(name = "{0} numbers, ours is {1}")
  @CsvSource({
    "0, 7",
    "1, 7",
    "61, 7",
    "62, 7",
    "63, 7",
    "254, 7",
    "255, 7",
    "0, 4200000001",
    "61, 4200000001",
    "62, 4200000001",
    "126, 4200000001",
    "127, 4200000001",
    "255, 4200000001"
  })
  void prepends(int numbers, long localAs) {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(LongStream.rangeClosed(1, numbers).toArray()),
            NextHop.of(IpAddress.parse("192.0.2.5")));
    IpAddress address = IpAddress.parse("192.0.2.5");
    Source source = new Source(Source.Kind.EXTERNAL, "from", address, address, false);
    Path path = new Path(source, attributes, Path.ORDINARY);
    List<IpAddress> own = List.of(IpAddress.parse("192.0.2.1"));
    Neighbour peer = peer(PeerKind.EXTERNAL, localAs, own, NextHopMode.AUTO);
    Family family = Family.IPV4_UNICAST;
    PathAttributes told = ExportRules.told(prefix(family), path, peer, NO_FILTER).orElseThrow();

    check(path, peer, family, true, told);
    check(path, peer, family, false, told);
  }

  private void checkNextHop(
      int block, ExportTerms terms, Source source, Family family, NextHop expected) {
    byte[] canonical = CanonicalForm.of(PathAttributes.of(expected));
    int length = new Rewrite(blocks, terms, family).nextHop(block, source, ExportWish.NONE, to);
    assertThat(hex(to, length)).isEqualTo(hex(canonical, canonical.length).substring(6));
  }

  private static String hex(byte[] bytes, int length) {
    return HexFormat.of().formatHex(bytes, 0, length);
  }

  private static Path path(
      RandomAttributes attributes, Random random, Source.Kind kind, Family family) {
    PathAttributes told =
        switch (kind) {
          case LOCAL ->
              random.nextBoolean()
                  ? attributes.own()
                  : attributes.own().with(attributes.nextHop(family));
          case EXTERNAL -> attributes.told(PeerKind.EXTERNAL, family);
          case INTERNAL -> attributes.told(PeerKind.INTERNAL, family);
          case CONFEDERATION ->
              attributes.told(PeerKind.INTERNAL, family).with(attributes.strangePath());
        };
    if (random.nextInt(4) == 0) {
      told = told.with(attributes.nextHop(Family.IPV6_UNICAST)); // RFC 8950
    } else if (random.nextInt(8) == 0) {
      told = told.with(NextHop.of(LINK_LOCAL));
    }
    if (random.nextInt(10) == 0) {
      told = told.with(attributes.strangePath());
    }
    if (random.nextInt(20) == 0) {
      told = told.with(new Unknown(0, Octets.of(1, 2)));
    }
    return new Path(source(random, kind), told, Path.ORDINARY);
  }

  private static Source source(Random random, Source.Kind kind) {
    IpAddress identifier = IpAddress.ofIpv4(1 + random.nextInt(1_000));
    return kind == Source.Kind.LOCAL
        ? Source.local(identifier)
        : new Source(kind, "from", identifier, identifier, random.nextBoolean());
  }

  private static Neighbour peer(Random random, RandomAttributes attributes) {
    List<IpAddress> addresses =
        switch (random.nextInt(10)) {
          case 3 -> List.of(LINK_LOCAL);
          case 4 -> List.of(LINK_LOCAL, IpAddress.parse("2001:db8::2"));
          case 5 -> List.of(IpAddress.parse("2001:db8::2"), IpAddress.parse("192.0.2.2"));
          case 0 -> List.of(IpAddress.parse("192.0.2.1"));
          case 1 -> List.of(IpAddress.parse("2001:db8::1"));
          case 2 -> List.of();
          default -> List.of(IpAddress.parse("192.0.2.2"), IpAddress.parse("2001:db8::2"));
        };
    long localAs = random.nextBoolean() ? 64_512 : 4_200_000_001L;
    return peer(
            attributes.any(PeerKind.values()),
            localAs,
            addresses,
            attributes.any(NextHopMode.values()))
        .withManners(manners(random, localAs))
        .withExtendedNextHop(random.nextBoolean())
        .withRole(Optional.of(attributes.any(Role.values())).filter(_ -> random.nextBoolean()));
  }

  /// One AS for all, or another for this peer in any of the modes; now and then a route server.
  private static PathManners manners(Random random, long localAs) {
    long as = random.nextBoolean() ? localAs : 4_200_000_002L;
    return PathManners.of(
            new AsNumber(localAs), new AsNumber(as), random.nextBoolean(), random.nextBoolean())
        .withTransparent(random.nextInt(4) == 0);
  }

  private static Neighbour peer(
      PeerKind kind, long localAs, List<IpAddress> addresses, NextHopMode mode) {
    IpAddress address = IpAddress.parse("192.0.2.9");
    return new Neighbour(
        kind,
        new Source(Source.Kind.EXTERNAL, "to", address, address, false),
        new AsNumber(localAs),
        new AsNumber(65_001),
        addresses,
        IpAddress.parse("192.0.2.7"),
        IpAddress.parse("192.0.2.8"),
        true,
        0,
        mode);
  }

  @Test
  void termsAreEqualWhenPeersReadTheSame() {
    List<IpAddress> own = List.of(IpAddress.parse("192.0.2.1"));
    Neighbour peer = peer(PeerKind.INTERNAL, 64_512, own, NextHopMode.AUTO);
    Neighbour keeping = peer(PeerKind.INTERNAL, 64_512, own, NextHopMode.KEEP);
    Neighbour external = peer(PeerKind.EXTERNAL, 64_512, own, NextHopMode.AUTO);

    assertThat(ExportTerms.of(peer, true)).isEqualTo(ExportTerms.of(keeping, true));
    assertThat(ExportTerms.of(peer, true)).isNotEqualTo(ExportTerms.of(peer, false));
    assertThat(ExportTerms.of(peer, true)).isNotEqualTo(ExportTerms.of(external, true));
  }

  @Test
  void termsRefuseANextHopOfNoFamily() {
    Octets three = Octets.of(1, 2, 3);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ExportTerms(PeerKind.EXTERNAL, 1, three, Octets.EMPTY, false, 0, true))
        .withMessage("next hops of 3 and 0 octets");
  }
}
