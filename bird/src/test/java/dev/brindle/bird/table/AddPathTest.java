// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.PrefixList;
import dev.brindle.bird.filter.PrefixRange;
import dev.brindle.bird.filter.RouteChange;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteMatch;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.rib.BestPath;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.rib.Source.Kind;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several paths of a prefix, in and out, by octets: whatever is told in whatever order, each peer
/// ends with the paths that it should have by the rules on values, from scratch; and as long as a
/// path lives its identifier stays.
class AddPathTest {

  private static final int PREFIXES = 20;
  private static final int STEPS = 3_000;
  private static final int[] IDS = {0, 1, 2, 511, 512, 70_000, -1};
  private static final long OUR_AS = 64_512;
  private static final IpAddress OURS = IpAddress.parse("192.0.2.1");
  private static final IpAddress OURS6 = IpAddress.parse("2001:db8::1");
  private static final Set<Family> ALL = Set.of(Family.values());

  private final RouteEngine engine =
      new RouteEngine(
          new RouteListener() {
            @Override
            public void changed(RouteView routes, int prefix) {
              // nobody looks on
            }

            @Override
            public void shown() {
              // likewise
            }
          },
          new UnpooledByteBufAllocator(false),
          5);
  private final List<Peer> peers = new ArrayList<>();
  private final Map<Cidr, Map<Key, PathAttributes>> model = new HashMap<>();

  /// The identifiers that living paths have been told with.
  private final Map<Route, Integer> identifiers = new HashMap<>();

  /// A path as its source told it.
  private record Key(int peer, int id) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
      int byPeer = Integer.compare(peer, other.peer);
      return byPeer != 0 ? byPeer : Integer.compareUnsigned(id, other.id);
    }
  }

  private record Route(Cidr prefix, Key key) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everybodyEndsWithThePathsItShouldHave(long seed) {
    Random random = new Random(seed);
    addPeers();
    peers.forEach(Peer::join);
    for (int step = 0; step < STEPS; step++) {
      step(random);
      if (step % 100 == 99) {
        settle();
        check("seed %d, step %d".formatted(seed, step));
      }
    }
    peers.forEach(peer -> engine.removeAllOf(peer.source));
    model.clear();
    identifiers.clear();
    settle();
    settle();
    check("seed %d, all gone".formatted(seed));
    assertThat(engine.prefixes()).isZero();
    assertThat(engine.attributeSets()).as("held by nobody").isZero();
  }

  private void addPeers() {
    for (int i = 0; i < 8; i++) {
      peers.add(new Peer(i));
    }
    peers.get(4).paths = PathsTold.BEST;
    peers.get(6).filter =
        new RuleFilter(
            "some",
            List.of(
                new FilterRule(
                    "odd",
                    new RouteMatch.InPrefixList(
                        PrefixList.of(PrefixRange.orLonger(Cidr.parse("10.0.1.0/24")))),
                    List.of(),
                    FilterRule.Action.REJECT),
                new FilterRule(
                    "rest",
                    new RouteMatch.AllOf(List.of()),
                    List.of(new RouteChange.SetMed(77)),
                    FilterRule.Action.ACCEPT)),
            false);
  }

  private void step(Random random) {
    Peer peer = peers.get(random.nextInt(peers.size()));
    switch (random.nextInt(16)) {
      case 0 -> {
        engine.removeAllOf(peer.source);
        model.values().forEach(paths -> paths.keySet().removeIf(it -> it.peer() == peer.number));
        identifiers.keySet().removeIf(it -> it.key().peer() == peer.number);
      }
      case 1, 2 -> peer.isReady = !peer.isReady;
      case 3 -> engine.partFromSlow();
      case 4 -> peer.leaveOrJoin();
      case 5 -> peer.repeat();
      case 6 -> peer.move(random);
      case 7, 8 -> engine.flush();
      case 9, 10, 11 -> withdraw(peer, random);
      default -> announce(peer, random);
    }
  }

  private void announce(Peer peer, Random random) {
    Family family = random.nextBoolean() ? Family.IPV4_UNICAST : Family.IPV6_UNICAST;
    int id = peer.tellsIds ? random.nextInt(IDS.length) : 0;
    PathAttributes attributes = attributes(peer, id, family, random);
    Map<Cidr, Integer> prefixes = new TreeMap<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      prefixes.put(prefix(family, random.nextInt(PREFIXES)), IDS[id]);
    }
    prefixes.forEach(
        (prefix, it) ->
            model
                .computeIfAbsent(prefix, _ -> new TreeMap<>())
                .put(new Key(peer.number, it), attributes));
    Announcement announcement =
        new Announcement(
            attributes, List.copyOf(prefixes.keySet()), List.copyOf(prefixes.values()));
    peer.tell(new Update(List.of(), List.of(announcement), Optional.empty(), List.of()));
  }

  /// Also of what was never told.
  private void withdraw(Peer peer, Random random) {
    Family family = random.nextBoolean() ? Family.IPV4_UNICAST : Family.IPV6_UNICAST;
    List<Cidr> prefixes = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (int i = random.nextInt(10); i >= 0; i--) {
      Cidr prefix = prefix(family, random.nextInt(PREFIXES));
      int id = peer.tellsIds ? IDS[random.nextInt(IDS.length)] : 0;
      prefixes.add(prefix);
      ids.add(id);
      Key key = new Key(peer.number, id);
      Optional.ofNullable(model.get(prefix)).ifPresent(paths -> paths.remove(key));
      identifiers.remove(new Route(prefix, key));
    }
    peer.tell(new Update(prefixes, List.of(), Optional.empty(), List.of(), ids));
  }

  private static Cidr prefix(Family family, int number) {
    return family.ip() == IpFamily.IPV4
        ? Cidr.parse("10.0.%d.0/24".formatted(number))
        : Cidr.parse("fd00:%x::/32".formatted(number));
  }

  /// One community says whose path it is.
  private static PathAttributes attributes(Peer peer, int id, Family family, Random random) {
    boolean isInternal = peer.kind == Kind.INTERNAL;
    List<Community> communities = new ArrayList<>();
    communities.add(Community.of(100 + peer.number, id));
    if (random.nextInt(12) == 0) {
      communities.add(Community.NO_EXPORT);
    }
    List<PathAttribute> list = new ArrayList<>();
    list.add(new Origin(Origin.Source.IGP));
    list.add(
        isInternal
            ? AsPath.of(65_000 + random.nextInt(3))
            : AsPath.of(peer.as(), 65_000 + random.nextInt(3)));
    list.add(
        NextHop.of(IpAddress.parse(family == Family.IPV4_UNICAST ? "192.0.2.9" : "2001:db8::9")));
    list.add(new MultiExitDisc(random.nextInt(3)));
    list.add(new Communities(communities));
    if (isInternal) {
      list.add(new LocalPref(100 + random.nextInt(2)));
    }
    return PathAttributes.of(list);
  }

  private void settle() {
    peers.forEach(peer -> peer.isReady = true);
    for (int i = 0; i < 3; i++) {
      engine.flush();
    }
  }

  private void check(String when) {
    for (Peer peer : peers) {
      if (peer.isMember) {
        assertThat(peer.view()).as("%s, peer %d", when, peer.number).isEqualTo(expected(peer));
        assertThat(peer.isInStep).isTrue();
        assertThat(peer.advertised()).isEqualTo(peer.heard.size());
      }
    }
  }

  private Map<Route, PathAttributes> expected(Peer peer) {
    Map<Route, PathAttributes> expected = new HashMap<>();
    model.forEach(
        (prefix, told) -> {
          Map<Path, Key> keys = new HashMap<>();
          List<Path> candidates = new ArrayList<>();
          told.forEach(
              (key, attributes) -> {
                Source source = peers.get(key.peer()).neighbour.source();
                Path path = new Path(source, attributes, Path.ORDINARY, key.id());
                candidates.add(path);
                keys.put(path, key);
              });
          for (Path path : chosen(prefix, candidates, peer)) {
            Key key = Objects.requireNonNull(keys.get(path));
            if (key.peer() != peer.number) {
              expected.put(new Route(prefix, key), peer.told(prefix, path).orElseThrow());
            }
          }
        });
    return expected;
  }

  /// The best, and then the best of the others that the group may have.
  private static List<Path> chosen(Cidr prefix, List<Path> candidates, Peer peer) {
    int limit = peer.paths.families().isEmpty() ? 1 : peer.paths.limit();
    List<Path> chosen = new ArrayList<>();
    List<Path> able =
        new ArrayList<>(
            candidates.stream().filter(it -> peer.told(prefix, it).isPresent()).toList());
    BestPath.choose(candidates)
        .filter(it -> able.contains(it.best()))
        .ifPresent(it -> chosen.add(it.best()));
    if (peer.paths.families().isEmpty()) {
      return chosen;
    }
    able.removeAll(chosen);
    while (!able.isEmpty() && chosen.size() < limit) {
      Path best = BestPath.choose(able).orElseThrow().best();
      chosen.add(best);
      able.remove(best);
    }
    return chosen;
  }

  /// Tells and is told, in octets.
  private final class Peer implements Receiver {

    private final int number;
    private final Kind kind;
    private final boolean tellsIds;
    private final Neighbour neighbour;
    private final int source;
    private final RouteIntake intake;
    private final UpdateReader reader = new UpdateReader();
    private final UpdateBatch batch = new UpdateBatch();

    /// What it was told, by prefix and path identifier.
    private final Map<Cidr, Map<Integer, PathAttributes>> byId = new HashMap<>();

    private final Map<Route, PathAttributes> heard = new HashMap<>();
    private RouteFilter filter = new AcceptAll();
    private PathsTold paths;
    private ExportPolicy policy;
    private boolean isReady = true;
    private boolean isMember;
    private boolean isInStep;

    Peer(int number) {
      this.number = number;
      kind = number < 4 ? Kind.EXTERNAL : Kind.INTERNAL;
      tellsIds = number % 2 == 0;
      boolean isClient = number == 5 || number == 6;
      paths = new PathsTold(ALL, List.of(3, 3, 2, 100, 1, 100, 4, 2).get(number));
      IpAddress address = IpAddress.parse("192.0.2.1" + number);
      neighbour =
          new Neighbour(
              kind == Kind.EXTERNAL ? PeerKind.EXTERNAL : PeerKind.INTERNAL,
              new Source(kind, "peer" + number, address, address, isClient),
              new AsNumber(OUR_AS),
              new AsNumber(as()),
              List.of(OURS, OURS6),
              OURS,
              OURS,
              isClient,
              0,
              NextHopMode.AUTO);
      source = engine.addSource(neighbour.source());
      intake = engine.intake(source, neighbour, new AcceptAll(), true, false);
      policy = policy();
    }

    private long as() {
      return kind == Kind.EXTERNAL ? 64_600 + number : OUR_AS;
    }

    private ExportPolicy policy() {
      return ExportPolicy.of(neighbour, filter, true, 4096).withPaths(paths);
    }

    private PeerTerms terms(AddPathTerms addPath) {
      return PeerTerms.beforeOpen(neighbour.kind()).withAddPath(addPath);
    }

    private AddPathTerms sending() {
      return tellsIds ? new AddPathTerms(Set.of(), ALL) : AddPathTerms.NONE;
    }

    private AddPathTerms receiving() {
      return tellsIds ? new AddPathTerms(ALL, Set.of()) : AddPathTerms.NONE;
    }

    void tell(Update update) {
      ByteBuf bytes = Unpooled.buffer();
      MessageCodec.encode(update, terms(sending()), bytes);
      batch.clear();
      assertThat(reader.read(bytes, terms(receiving()), batch)).isEmpty();
      intake.take(batch, exact -> assertThat(exact.faults()).isEmpty());
      assertThat(intake.rejected()).isZero();
    }

    /// To some other member of the group.
    Optional<PathAttributes> told(Cidr prefix, Path path) {
      return ExportRules.told(prefix, path, policy.group(), policy.filter());
    }

    // ---- as a member of a group

    void leaveOrJoin() {
      if (!isMember) {
        join();
        return;
      }
      for (Family family : Family.values()) {
        engine.leave(family, this, policy);
      }
      isMember = false;
      isInStep = false;
      byId.clear();
    }

    void join() {
      policy = policy();
      isMember = true;
      for (Family family : Family.values()) {
        engine.join(family, this, policy);
      }
    }

    void repeat() {
      if (isMember) {
        for (Family family : Family.values()) {
          engine.move(family, this, policy, policy);
        }
      }
    }

    /// Another limit, during the session.
    void move(Random random) {
      if (!isMember || paths.families().isEmpty()) {
        return;
      }
      paths = new PathsTold(ALL, 1 + random.nextInt(5));
      ExportPolicy before = policy;
      policy = policy();
      for (Family family : Family.values()) {
        engine.move(family, this, before, policy);
      }
    }

    int advertised() {
      int count = 0;
      for (Family family : Family.values()) {
        count += engine.advertisedCount(family, this, policy);
        assertThat(engine.advertised(family, this, policy))
            .hasSameElementsAs(
                byId.keySet().stream().filter(it -> it.family() == family.ip()).toList());
      }
      return count;
    }

    @Override
    public int source() {
      return source;
    }

    @Override
    public boolean isReady() {
      return isReady;
    }

    @Override
    public void send(ExportBatch told) {
      ByteBuf own = Unpooled.buffer();
      told.writeFor(source, own);
      AddPathTerms addPath = new AddPathTerms(paths.families(), Set.of());
      while (own.isReadable()) {
        ByteBuf message = own.readSlice(own.getUnsignedShort(own.readerIndex() + 16));
        Reading reading = MessageCodec.decode(message, terms(addPath));
        assertThat(reading).isInstanceOf(Reading.Understood.class);
        hear((Update) ((Reading.Understood) reading).message());
      }
    }

    private void hear(Update update) {
      assertThat(update.faults()).isEmpty();
      for (int i = 0; i < update.withdrawn().size(); i++) {
        Cidr prefix = update.withdrawn().get(i);
        int id = update.withdrawnId(i);
        byId.computeIfPresent(
            prefix,
            (_, known) -> {
              known.remove(id); // of its own paths it only hears that they are gone
              return known.isEmpty() ? null : known;
            });
      }
      for (Announcement announcement : update.announced()) {
        for (int i = 0; i < announcement.prefixes().size(); i++) {
          byId.computeIfAbsent(announcement.prefixes().get(i), _ -> new HashMap<>())
              .put(announcement.id(i), announcement.attributes());
        }
      }
    }

    /// What it was told, by whose path it is.
    Map<Route, PathAttributes> view() {
      heard.clear();
      byId.forEach(
          (prefix, known) ->
              known.forEach(
                  (id, attributes) -> {
                    Route route = new Route(prefix, key(attributes));
                    assertThat(heard.put(route, attributes)).as("%s twice", route).isNull();
                    if (!paths.families().isEmpty()) {
                      Integer before = identifiers.putIfAbsent(route, id);
                      assertThat(before == null ? id : before).as("%s", route).isEqualTo(id);
                    }
                  }));
      return heard;
    }

    private static Key key(PathAttributes attributes) {
      int mark = attributes.communities().getFirst().value();
      return new Key((mark >>> 16) - 100, IDS[mark & 0xffff]);
    }

    @Override
    public void failed(RuntimeException cause) {
      throw cause;
    }

    @Override
    public void inStep() {
      isInStep = true;
    }
  }
}
