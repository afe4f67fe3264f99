// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.ExtendedCommunity;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Ipv6ExtendedCommunity;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.Aggregator;
import dev.brindle.bird.wire.PathAttribute.AtomicAggregate;
import dev.brindle.bird.wire.PathAttribute.ClusterList;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.Ipv6ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.OnlyToCustomer;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttribute.OriginatorId;
import dev.brindle.bird.wire.PathAttribute.Unknown;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Sets of attributes as peers may send them, small numbers and large ones mixed.
final class RandomAttributes {

  private static final int[] COMMUNITIES = {
    0xffff_0000, 0xffff_0001, 0xffff_0006, 0xffff_0007, 0xffff_029a,
    0xffff_ff01, 0xffff_ff02, 0xffff_ff03, 0xffff_ff04, 0xffff_1234
  };

  private static final Set<Integer> MAY_BE_PARTIAL = Set.of(7, 8, 16, 25, 32, 35);

  private final RandomGenerator random;

  RandomAttributes(RandomGenerator random) {
    this.random = random;
  }

  /// What a well-behaved peer of that kind tells.
  PathAttributes told(PeerKind kind, Family family) {
    List<PathAttribute> list = new ArrayList<>(anyone());
    list.add(nextHop(family));
    if (kind == PeerKind.INTERNAL) {
      list.add(new LocalPref(number()));
      maybe(list, () -> new OriginatorId(IpAddress.ofIpv4(number())));
      maybe(list, () -> new ClusterList(some(4, () -> IpAddress.ofIpv4(number()))));
    }
    return partly(PathAttributes.of(list));
  }

  /// What we announce ourselves: without a next hop, and with anything.
  PathAttributes own() {
    List<PathAttribute> list = new ArrayList<>(anyone());
    list.removeIf(it -> random.nextInt(4) == 0);
    maybe(list, () -> new LocalPref(number()));
    return PathAttributes.of(list);
  }

  /// Some that not all on the way have known.
  private PathAttributes partly(PathAttributes all) {
    long partial = 0;
    for (PathAttribute attribute : all.list()) {
      boolean mayBe = MAY_BE_PARTIAL.contains(attribute.code());
      partial |= mayBe && random.nextInt(4) == 0 ? 1L << attribute.code() : 0;
    }
    return all.withPartial(partial);
  }

  private List<PathAttribute> anyone() {
    List<PathAttribute> list = new ArrayList<>();
    list.add(new Origin(any(Origin.Source.values())));
    list.add(asPath());
    maybe(list, () -> new MultiExitDisc(number()));
    maybe(list, AtomicAggregate::new);
    maybe(list, () -> new Aggregator(as(), IpAddress.ofIpv4(number())));
    maybe(list, () -> new Communities(some(6, this::community)));
    maybe(list, () -> new ExtendedCommunities(some(4, this::extended)));
    maybe(list, () -> new LargeCommunities(some(5, this::large).stream().distinct().toList()));
    maybe(list, () -> new OnlyToCustomer(as()));
    maybe(list, () -> new Ipv6ExtendedCommunities(some(3, this::extendedIpv6)));
    maybe(list, () -> unknown(99, random.nextInt(random.nextBoolean() ? 8 : 400)));
    maybe(list, () -> unknown(200, 0));
    return list;
  }

  NextHop nextHop(Family family) {
    return switch (family) {
      case IPV4_UNICAST ->
          NextHop.of(IpAddress.ofIpv4(0x0100_0000L + random.nextLong(0xdf00_0000L)));
      case IPV6_UNICAST ->
          new NextHop(
              IpAddress.ofIpv6(0x2001_0db8_0000_0000L | number(), random.nextLong()),
              random.nextBoolean()
                  ? Optional.empty()
                  : Optional.of(IpAddress.ofIpv6(0xfe80_0000_0000_0000L, random.nextLong())));
    };
  }

  AsPath asPath() {
    List<Segment> segments = new ArrayList<>();
    for (int left = random.nextInt(3); left > 0; left--) {
      int count = random.nextInt(20) == 0 ? 200 + random.nextInt(56) : 1 + random.nextInt(6);
      segments.add(
          new Segment(SegmentType.SEQUENCE, Stream.generate(this::as).limit(count).toList()));
    }
    return new AsPath(segments);
  }

  /// With sets and confederation segments.
  AsPath strangePath() {
    List<Segment> segments = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      SegmentType type = any(SegmentType.values());
      segments.add(new Segment(type, some(4, this::as)));
    }
    return new AsPath(segments);
  }

  <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private AsNumber as() {
    return new AsNumber(
        switch (random.nextInt(4)) {
          case 0 -> 1 + random.nextLong(0xffff_ffffL);
          case 1 -> 23_456;
          default -> 64_500 + random.nextInt(20);
        });
  }

  private Community community() {
    return new Community(
        random.nextInt(3) == 0
            ? COMMUNITIES[random.nextInt(COMMUNITIES.length)]
            : random.nextInt());
  }

  private ExtendedCommunity extended() {
    return new ExtendedCommunity(random.nextLong());
  }

  private Ipv6ExtendedCommunity extendedIpv6() {
    IpAddress address = IpAddress.ofIpv6(random.nextLong(), random.nextLong());
    return new Ipv6ExtendedCommunity(random.nextInt(0x10000), address, random.nextInt(0x10000));
  }

  private LargeCommunity large() {
    return new LargeCommunity(random.nextInt(), random.nextInt(3), random.nextInt(3));
  }

  private Unknown unknown(int code, int size) {
    byte[] value = new byte[size];
    random.nextBytes(value);
    return new Unknown(code, Octets.copyOf(value));
  }

  private long number() {
    return random.nextBoolean() ? random.nextInt(1, 300) : 1 + random.nextLong(0xffff_ffffL);
  }

  private <T> List<T> some(int most, Supplier<T> one) {
    int count = random.nextInt(30) == 0 ? 70 : 1 + random.nextInt(most);
    return Stream.generate(one).limit(count).toList();
  }

  private void maybe(List<PathAttribute> list, Supplier<PathAttribute> attribute) {
    if (random.nextInt(3) == 0) {
      list.add(attribute.get());
    }
  }
}
