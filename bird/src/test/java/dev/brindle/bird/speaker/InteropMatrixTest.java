// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.CommunityChange;
import dev.brindle.bird.filter.CommunityPattern;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.RouteChange.ChangeCommunities;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteMatch.AllOf;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.speaker.Wiring.Caller;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What we have tried with the daemons of others, cell by cell.
class InteropMatrixTest {

  /// x: a test here. t: one elsewhere, over a link that can be cut. -: it cannot, see DESIGN.md.
  private static final String MATRIX =
      """
      |                        | BIRD | FRR | GoBGP | OpenBGPD | ExaBGP |
      | ---                    | ---  | --- | ---   | ---      | ---    |
      | we call, IPv4          | x    | x   | x     | x        | x      |
      | it calls, IPv4         | x    | x   | x     | x        | x      |
      | both call              | x    | x   | x     | x        | x      |
      | we call, IPv6          | x    | x   | x     | x        | x      |
      | it calls, IPv6         | x    | x   | x     | x        | x      |
      | MD5, we call, IPv4     | x    | x   | x     | - 1      | x      |
      | MD5, it calls, IPv6    | x    | x   | x     | x        | x      |
      | it restarts gracefully | x    | x   | x     | - 2      | x      |
      | we restart gracefully  | x    | x   | x     | x        | - 3    |
      | it asks for a refresh  | x    | x   | - 4   | x        | x      |
      | we ask for a refresh   | x    | x   | x     | - 5      | x      |
      | add-path               | x    | x   | x     | x        | x      |
      | extended messages      | x    | x   | - 6   | - 6      | x      |
      | large communities      | x    | x   | x     | x        | x      |
      | we reflect             | x    | x   | x     | x        | x      |
      | it reflects            | x    | x   | x     | x        | - 7    |
      | BFD                    | t    | t   | - 8   | - 8      | - 8    |
      """;

  private enum Daemon {
    BIRD("bird2", "/usr/sbin/bird"),
    FRR("frr", "/usr/lib/frr/bgpd"),
    GOBGP("gobgpd", "/usr/bin/gobgpd"),
    OPENBGPD("openbgpd", "/usr/sbin/bgpd"),
    EXABGP("exabgp", "/usr/sbin/exabgp");

    private final String debianPackage;
    private final String binary;

    Daemon(String debianPackage, String binary) {
      this.debianPackage = debianPackage;
      this.binary = binary;
    }

    OtherRouter on(Wiring wiring) {
      return switch (this) {
        case BIRD -> new BirdRouter(wiring);
        case FRR -> new FrrRouter(wiring);
        case GOBGP -> new GobgpRouter(wiring);
        case OPENBGPD -> new OpenbgpdRouter(wiring);
        case EXABGP -> new ExabgpRouter(wiring);
      };
    }
  }

  private static final Cidr OURS = Cidr.parse("10.1.0.0/26");
  private static final Cidr OURS6 = Cidr.parse("fd00:1::/122");
  private static final Cidr THEIRS = Cidr.parse("10.2.0.0/26");
  private static final Cidr TOLD_THEM = Cidr.parse("10.78.9.0/24");
  private static final int COMMUNITIES = 1100; // more than 4,096 octets

  /// Seconds that those who only tell may say nothing.
  private static final int SILENCE = 240;

  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final List<AutoCloseable> open = new ArrayList<>(List.of(speaker));

  @TempDir private Path home;

  @BeforeEach
  void assumeOwnNetwork() {
    OwnNetwork.assumeThere();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  // ---- the table

  static Stream<Arguments> cells() {
    List<List<String>> rows = MATRIX.lines().map(line -> List.of(line.split("\\|", -1))).toList();
    return rows.stream()
        .skip(2)
        .flatMap(
            row ->
                IntStream.range(2, row.size() - 1)
                    .filter(column -> row.get(column).strip().equals("x"))
                    .mapToObj(
                        column ->
                            Arguments.of(rows.getFirst().get(column).strip(), row.get(1).strip())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cells")
  void works(String name, String feature) throws IOException, InterruptedException {
    Daemon daemon = Daemon.valueOf(name.toUpperCase(Locale.ROOT));
    assumeTrue(
        Files.isExecutable(Path.of(daemon.binary)),
        () -> daemon.binary + " is not there: install the Debian package " + daemon.debianPackage);
    Wiring weCall = Wiring.of(home, Caller.WE);
    Wiring itCalls = Wiring.of(home, Caller.IT);
    switch (feature) {
      case "we call, IPv4" -> exchangesRoutes(daemon, weCall);
      case "it calls, IPv4" -> exchangesRoutes(daemon, itCalls);
      case "both call" -> exchangesRoutes(daemon, Wiring.of(home, Caller.BOTH));
      case "we call, IPv6" -> exchangesRoutes(daemon, weCall.overIpv6());
      case "it calls, IPv6" -> exchangesRoutes(daemon, itCalls.overIpv6());
      case "MD5, we call, IPv4" -> exchangesRoutes(daemon, weCall.withPassword("secret"));
      case "MD5, it calls, IPv6" ->
          exchangesRoutes(daemon, itCalls.overIpv6().withPassword("secret"));
      case "it restarts gracefully" -> itsRoutesStay(daemon, weCall.lasting());
      case "we restart gracefully" -> ourRoutesStay(daemon, weCall.lasting());
      case "it asks for a refresh" -> itAsks(daemon, weCall);
      case "we ask for a refresh" -> weAsk(daemon, weCall);
      case "add-path" -> exchangesPaths(daemon, weCall.withAddPath(List.of(7, 8, 9)));
      case "extended messages" -> takesLongMessages(daemon, weCall);
      case "large communities" -> exchangesCommunities(daemon, weCall);
      case "we reflect" -> weReflect(daemon, weCall.internal(false, List.of()));
      case "it reflects" -> itReflects(daemon, weCall.internal(true, List.of(7)));
      default -> throw new IllegalArgumentException("no test for " + feature);
    }
  }

  @Test
  void theDesignHasTheSameTable() throws IOException {
    assertThat(Files.readString(Path.of("DESIGN.md"))).contains(MATRIX);
  }

  // ---- both ends

  /// The daemon that runs now, and what it can be asked.
  private record Running(RouterProcess process, OtherRouter router) {

    /// With what stands between numbers alike for all: `(64512, 7, 8)` is `64512:7:8`.
    String askUntil(Cidr prefix, String text) throws IOException, InterruptedException {
      return process.askUntil(it -> numbers(it).contains(text), text, router.show(prefix));
    }

    private static String numbers(String answer) {
      return answer.replaceAll("[(),\\[\\] ]+", ":");
    }
  }

  private Running start(Daemon daemon, Wiring wiring, PeerConfig... more)
      throws IOException, InterruptedException {
    speaker.start(config(wiring, ours(wiring), more));
    return started(daemon.on(wiring), false);
  }

  private Running started(OtherRouter router, boolean isBack)
      throws IOException, InterruptedException {
    RouterProcess process = router.start(isBack);
    open.add(process);
    return new Running(process, router);
  }

  private static PeerConfig ours(Wiring wiring) {
    PeerRouting routing =
        wiring.isIpv6()
            ? PeerRouting.of(Family.IPV6_UNICAST)
            : PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST);
    PeerConfig peer =
        peer(wiring.theirs(), wiring.theirAs())
            .withPort(wiring.theirPort())
            .withSource(Optional.of(wiring.ours()))
            .withPassive(!wiring.weCall())
            .withRouting(
                routing
                    .withReflectorClient(wiring.isInternal() && !wiring.reflectsUs())
                    .withAddPath(wiring.hasAddPath() ? new AddPath(true, true, 8) : AddPath.OFF));
    return wiring.password().map(it -> peer.withPassword(new Password(it))).orElse(peer);
  }

  private static PeerConfig peer(IpAddress address, long as) {
    return PeerConfig.of(
            "Peer_" + address,
            PeerType.NODE,
            address,
            new AsNumber(Wiring.OUR_AS),
            new AsNumber(as))
        .withTiming(Loopback.TIMING.withRestart(Duration.ofSeconds(60)));
  }

  /// It says nothing by itself, no KEEPALIVE either.
  private static PeerConfig teller(int host, long as) {
    return peer(OwnNetwork.ipv4(host), as)
        .withPassive(true)
        .withTiming(Loopback.TIMING.withHoldTime(Duration.ofSeconds(SILENCE)));
  }

  private static SpeakerConfig config(Wiring wiring, PeerConfig theirs, PeerConfig... more) {
    return new SpeakerConfig(
        new AsNumber(Wiring.OUR_AS),
        OwnNetwork.ipv4(1),
        Optional.empty(),
        List.of(new ListenAddress(wiring.ours(), wiring.ourPort())),
        List.of(OwnNetwork.ipv4(1), OwnNetwork.ipv6(1)),
        Stream.concat(Stream.of(theirs), Stream.of(more)).toList(),
        Set.of(OURS, OURS6),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private PeerReport report() {
    return speaker.report().peers().getFirst();
  }

  private void awaitTheirs(Running it, Wiring wiring) throws IOException, InterruptedException {
    Set<Cidr> wanted = wiring.isIpv6() ? prefixes("fd00:2::/122") : OtherRouter.ROUTES;
    try {
      sink.await(routes -> routes.keySet().containsAll(wanted));
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s: %s%n%s".formatted(e.getMessage(), report(), it.process().log()), e);
    }
  }

  // ---- the rows

  private void exchangesRoutes(Daemon daemon, Wiring wiring)
      throws IOException, InterruptedException {
    Running it = start(daemon, wiring);
    awaitTheirs(it, wiring);
    assertThat(sink.routes().values())
        .flatExtracting(RouteUpdate.Reachable::gateways)
        .allMatch(
            gateway ->
                gateway.equals(wiring.theirs()) || Cidr.parse("2001:db8::/64").contains(gateway));
    Cidr prefix = wiring.isIpv6() ? OURS6 : OURS;
    it.askUntil(prefix, prefix.toString());

    Cidr other = wiring.isIpv6() ? Cidr.parse("fd00:3::/122") : Cidr.parse("10.3.0.0/26");
    speaker.reconfigure(config(wiring, ours(wiring)).withAnnounce(Set.of(other)));

    String answer = it.askUntil(other, other.toString());
    assertThat(answer).contains(wiring.ours().toString()); // the next hop
    it.process().askUntilGone(prefix.toString(), it.router().show(prefix));
    assertThat(report().isEstablished()).isTrue();
  }

  private void itsRoutesStay(Daemon daemon, Wiring wiring)
      throws IOException, InterruptedException {
    Running it = start(daemon, wiring);
    awaitTheirs(it, wiring);

    it.process().kill();
    Loopback.await("its session is down", () -> !report().isEstablished());
    assertThat(report().stale()).as("kept: %s", report()).isTrue();
    assertThat(sink.routes().keySet()).isEqualTo(OtherRouter.ROUTES);

    started(it.router(), true);
    Loopback.await("it is back", () -> report().isEstablished() && !report().stale());
    if (daemon
        == Daemon
            .GOBGP) { // is given its routes after its start, and may have said that there are none
      sink.await(routes -> routes.keySet().equals(OtherRouter.ROUTES));
    }
    assertThat(sink.routes().keySet()).isEqualTo(OtherRouter.ROUTES);
  }

  private void ourRoutesStay(Daemon daemon, Wiring wiring)
      throws IOException, InterruptedException {
    Running it = start(daemon, wiring);
    awaitTheirs(it, wiring);
    it.askUntil(OURS, OURS.toString());

    speaker.leave();
    it.process().askUntilGone(it.router().session().up(), it.router().session().command());
    assertThat(RouterProcess.ask(it.router().show(OURS))).contains(OURS.toString());

    RecordingSink again = new RecordingSink();
    Speaker back = Loopback.speaker(again);
    open.add(back);
    back.start(config(wiring, ours(wiring)));
    again.await(routes -> routes.keySet().equals(OtherRouter.ROUTES));
    it.process()
        .askUntil(
            answer -> answer.contains(OURS.toString()) && !answer.contains("tale"),
            OURS + " that is not stale",
            it.router().show(OURS));
  }

  private void itAsks(Daemon daemon, Wiring wiring) throws IOException, InterruptedException {
    Running it = start(daemon, wiring);
    awaitTheirs(it, wiring);
    it.askUntil(OURS, OURS.toString());
    long sent = report().details().sent().updates();

    it.router().ask();

    Loopback.await("asked", () -> report().details().received().refreshes() > 0);
    Loopback.await("told again", () -> report().details().sent().updates() > sent);
    it.askUntil(OURS, OURS.toString());
  }

  private void weAsk(Daemon daemon, Wiring wiring) throws IOException, InterruptedException {
    Running it = start(daemon, wiring);
    awaitTheirs(it, wiring);
    it.askUntil(OURS, OURS.toString());
    long heard = report().details().received().updates();

    assertThat(speaker.refresh(report().name())).isEmpty();

    Loopback.await("told again", () -> report().details().received().updates() > heard);
    assertThat(sink.routes().keySet()).isEqualTo(OtherRouter.ROUTES);
  }

  /// Three tell us a prefix and three tell them another; when one of three is gone both see two.
  private void exchangesPaths(Daemon daemon, Wiring wiring)
      throws IOException, InterruptedException {
    Cidr toldUs = Cidr.parse("10.45.6.0/24");
    PeerConfig[] tellers =
        IntStream.of(4, 5, 6)
            .mapToObj(host -> teller(host, 65_000L + host))
            .toArray(PeerConfig[]::new);
    Running it = start(daemon, wiring, tellers);
    awaitTheirs(it, wiring);
    List<RawPeer> last = new ArrayList<>();
    for (int host : List.of(4, 5, 6)) {
      last.add(external(host, OwnNetwork.ipv4(1), wiring.ourPort(), toldUs));
    }
    for (int host : daemon == Daemon.EXABGP ? List.<Integer>of() : wiring.others()) {
      last.add(external(host, OwnNetwork.ipv4(2), wiring.theirPort(), TOLD_THEM));
    }
    Loopback.await("three paths of theirs", () -> pathsOfTheirs().equals(Set.of("7", "8", "9")));
    for (int host : List.of(4, 5, 6)) {
      it.askUntil(toldUs, "64512:" + (65_000 + host));
    }

    last.get(2).close();
    last.getLast().close();

    it.process()
        .askUntil(
            answer -> !Running.numbers(answer).contains("64512:65006"),
            "gone",
            it.router().show(toldUs));
    it.askUntil(toldUs, "64512:65004");
    it.askUntil(toldUs, "64512:65005");
    if (daemon != Daemon.EXABGP) { // whose paths are its own
      Loopback.await("two paths of theirs", () -> pathsOfTheirs().equals(Set.of("7", "8")));
    }
  }

  private Set<String> pathsOfTheirs() {
    return speaker.route(TOLD_THEM).stream()
        .flatMap(route -> route.paths().stream())
        .filter(path -> path.source().address().equals(OwnNetwork.ipv4(2)))
        .map(path -> path.attributes().asPath().toString())
        .map(text -> text.substring(text.length() - 1))
        .collect(Collectors.toSet());
  }

  private void takesLongMessages(Daemon daemon, Wiring wiring)
      throws IOException, InterruptedException {
    List<String> many = IntStream.range(0, COMMUNITIES).mapToObj(i -> "64601:" + i).toList();
    speaker.start(config(wiring, adding(ours(wiring), many)));
    Running it = started(daemon.on(wiring), false);
    awaitTheirs(it, wiring);

    it.askUntil(OURS, "64601:99"); // some show the beginning only
  }

  private void exchangesCommunities(Daemon daemon, Wiring wiring)
      throws IOException, InterruptedException {
    speaker.start(config(wiring, adding(ours(wiring), List.of("64512:7:8"))));
    Running it = started(daemon.on(wiring), false);
    awaitTheirs(it, wiring);

    it.askUntil(OURS, "64512:7:8");
    assertThat(best(THEIRS).largeCommunities()).hasToString("[64513:1:2]");
  }

  private static PeerConfig adding(PeerConfig peer, List<String> communities) {
    CommunityChange change =
        new CommunityChange(List.of(), communities.stream().map(CommunityPattern::parse).toList());
    RouteFilter filter =
        new RuleFilter(
            "adding",
            List.of(
                new FilterRule(
                    "rule 1",
                    new AllOf(List.of()),
                    List.of(new ChangeCommunities(change)),
                    Action.ACCEPT)),
            false);
    return peer.withRouting(peer.routing().withExportFilter(filter));
  }

  private PathAttributes best(Cidr prefix) {
    return speaker.route(prefix).orElseThrow().choice().best().attributes();
  }

  /// It is our client; another of our AS is not.
  private void weReflect(Daemon daemon, Wiring wiring) throws IOException, InterruptedException {
    Running it = start(daemon, wiring, teller(4, Wiring.OUR_AS));
    awaitTheirs(it, wiring);
    Cidr prefix = Cidr.parse("10.4.0.0/24");
    RawPeer teller = internal(4, OwnNetwork.ipv4(1), wiring.ourPort(), prefix);

    String answer = it.askUntil(prefix, "127.0.0.4"); // the originator
    assertThat(answer).contains("192.0.2.1"); // the cluster
    Update told;
    do {
      told = teller.hearUntil(Update.class);
    } while (told.announced().stream().noneMatch(a -> a.prefixes().contains(THEIRS)));
    PathAttributes attributes = told.announced().getFirst().attributes();
    assertThat(attributes.originatorId()).contains(IpAddress.parse("192.0.2.2"));
    assertThat(attributes.clusterList()).containsExactly(IpAddress.parse("192.0.2.1"));
  }

  /// We are its client; another of our AS is not.
  private void itReflects(Daemon daemon, Wiring wiring) throws IOException, InterruptedException {
    Running it = start(daemon, wiring);
    awaitTheirs(it, wiring);
    Cidr prefix = Cidr.parse("10.7.0.0/24");
    internal(7, OwnNetwork.ipv4(2), wiring.theirPort(), prefix);

    sink.await(routes -> routes.containsKey(prefix));
    assertThat(best(prefix).originatorId()).contains(IpAddress.parse("127.0.0.7"));
    assertThat(best(prefix).clusterList()).containsExactly(IpAddress.parse("192.0.2.2"));
  }

  // ---- those who tell

  private RawPeer external(int host, IpAddress to, int port, Cidr prefix) throws IOException {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(65_000L + host),
            NextHop.of(OwnNetwork.ipv4(host)));
    return teller(host, 65_000L + host, to, port, PeerKind.EXTERNAL, attributes, prefix);
  }

  private RawPeer internal(int host, IpAddress to, int port, Cidr prefix) throws IOException {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.EMPTY,
            NextHop.of(OwnNetwork.ipv4(host)),
            new LocalPref(100));
    return teller(host, Wiring.OUR_AS, to, port, PeerKind.INTERNAL, attributes, prefix);
  }

  private RawPeer teller(
      int host,
      long as,
      IpAddress to,
      int port,
      PeerKind kind,
      PathAttributes attributes,
      Cidr prefix)
      throws IOException {
    RawPeer teller = RawPeer.call(OwnNetwork.ipv4(host), to, port, kind);
    open.add(teller);
    teller.establish(host, as, SILENCE);
    teller.say(Update.announce(attributes, List.of(prefix)));
    return teller;
  }
}
