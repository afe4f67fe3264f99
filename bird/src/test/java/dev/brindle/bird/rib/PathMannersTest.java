// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.Source.Kind;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// We are AS 1; AS 9 is outside. Where we are AS 2 for it, what do paths look like?
class PathMannersTest {

  private static final Cidr PREFIX = Cidr.parse("10.0.0.0/24");
  private static final IpAddress OURS = IpAddress.parse("192.0.2.1");
  private static final IpAddress THEIRS = IpAddress.parse("192.0.2.9");
  private static final IpAddress OTHERS = IpAddress.parse("192.0.2.50");

  private static AsNumber as(long number) {
    return new AsNumber(number);
  }

  private static Neighbour peer(PeerKind kind, PathManners manners) {
    Source source =
        new Source(
            kind == PeerKind.EXTERNAL ? Kind.EXTERNAL : Kind.INTERNAL,
            "nine",
            THEIRS,
            THEIRS,
            false);
    AsNumber local = manners.told().getFirst();
    return new Neighbour(
            kind,
            source,
            local,
            kind == PeerKind.EXTERNAL ? as(9) : local,
            List.of(OURS),
            OURS,
            OURS,
            false,
            0,
            NextHopMode.AUTO)
        .withManners(manners);
  }

  private static AsPath path(@Nullable String text) {
    return text == null
        ? AsPath.EMPTY
        : AsPath.of(Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray());
  }

  private static PathAttributes attributes(AsPath path) {
    return PathAttributes.of(
        new Origin(Origin.Source.IGP), path, NextHop.of(OTHERS), new MultiExitDisc(7));
  }

  /// RFC 7705 §3, and what FRR and others say of their local-as.
  @ParameterizedTest(name = "local {0}, no-prepend {1}, replace-as {2}: {3} is told as {4}")
  @CsvSource({
    "1, false, false, 65001, 1 65001",
    "2, false, false, 65001, 2 1 65001",
    "2, true,  false, 65001, 2 1 65001",
    "2, false, true,  65001, 2 65001",
    "2, true,  true,  65001, 2 65001",
    "2, false, false, ,      2 1",
    "2, true,  true,  ,      2"
  })
  void tells(
      long local, boolean noPrepend, boolean replaceAs, @Nullable String path, String expected) {
    PathManners manners = PathManners.of(as(local), as(1), noPrepend, replaceAs);
    Kind kind = path == null ? Kind.LOCAL : Kind.EXTERNAL;
    Source source =
        kind == Kind.LOCAL ? Source.local(OURS) : new Source(kind, "teller", OTHERS, OTHERS, false);
    Path chosen = new Path(source, attributes(path(path)), Path.ORDINARY);

    Optional<PathAttributes> told =
        ExportRules.told(PREFIX, chosen, peer(PeerKind.EXTERNAL, manners), new AcceptAll());

    assertThat(told.orElseThrow().asPath()).isEqualTo(path(expected));
  }

  @ParameterizedTest(name = "local {0}, no-prepend {1}, replace-as {2}: {3} is taken as {4}")
  @CsvSource({
    "1, false, false, 9 8,   9 8",
    "1, false, false, 9 1,   our AS is in the path",
    "2, false, false, 9 8,   2 9 8",
    "2, false, false, 9 1,   our AS is in the path",
    "2, false, false, 9 2,   our AS is in the path",
    "2, true,  false, 9 8,   9 8",
    "2, true,  false, 9 1,   our AS is in the path",
    "2, false, true,  9 8,   2 9 8",
    "2, false, true,  9 2 8, our AS is in the path",
    "2, false, true,  9 1 8, 2 9 1 8",
    "2, true,  true,  9 1 8, 9 1 8",
    "2, true,  true,  9 2 8, our AS is in the path",
    "1, false, false, 8 9,   the path does not begin with the peer's AS"
  })
  void takes(long local, boolean noPrepend, boolean replaceAs, String path, String expected) {
    PathManners manners = PathManners.of(as(local), as(1), noPrepend, replaceAs);

    Verdict verdict =
        ImportRules.judge(
            PREFIX, attributes(path(path)), peer(PeerKind.EXTERNAL, manners), new AcceptAll());

    String text =
        switch (verdict) {
          case Verdict.Accept(var accepted, _, _) -> accepted.asPath().toString();
          case Verdict.Reject(var reason) -> reason;
        };
    assertThat(text).isEqualTo(expected);
  }

  /// A route server's own paths do not begin with its AS (RFC 7947 §2.2.2).
  @Test
  void takesFromARouteServerWhatBeginsWithAnother() {
    Neighbour server = peer(PeerKind.EXTERNAL, PathManners.of(as(1)).withAnyFirst(true));

    assertThat(ImportRules.judge(PREFIX, attributes(path("8 7")), server, new AcceptAll()))
        .isInstanceOf(Verdict.Accept.class);
  }

  @ParameterizedTest(name = "from {0}: path {1}, next hop {2}, MED {3}")
  @CsvSource({
    "EXTERNAL, 65001,   192.0.2.50, 7",
    "INTERNAL, 1 65001, 192.0.2.50,",
    "LOCAL,    1 65001, 192.0.2.1,  7"
  })
  void aRouteServerPassesOnWhatOthersOutsideTold(
      Kind kind, String path, IpAddress nextHop, @Nullable Long med) {
    Neighbour client = peer(PeerKind.EXTERNAL, PathManners.of(as(1)).withTransparent(true));
    Source source = new Source(kind, "teller", OTHERS, OTHERS, false);
    Path chosen = new Path(source, attributes(path("65001")), Path.ORDINARY);

    PathAttributes told = ExportRules.told(PREFIX, chosen, client, new AcceptAll()).orElseThrow();

    assertThat(told.asPath()).isEqualTo(path(path));
    assertThat(told.nextHop()).contains(NextHop.of(nextHop));
    assertThat(told.multiExitDisc())
        .isEqualTo(med == null ? OptionalLong.empty() : OptionalLong.of(med));
  }

  @Test
  void insideTheAsNoPathChanges() {
    PathManners manners = PathManners.of(as(2), as(1), false, false);
    Neighbour inside = peer(PeerKind.INTERNAL, manners);
    Source source = new Source(Kind.EXTERNAL, "teller", OTHERS, OTHERS, false);
    Path chosen = new Path(source, attributes(path("65001")), Path.ORDINARY);

    assertThat(ExportRules.told(PREFIX, chosen, inside, new AcceptAll()).orElseThrow().asPath())
        .isEqualTo(path("65001"));
    assertThat(ImportRules.heard(attributes(path("8")), inside).asPath()).isEqualTo(path("8"));
  }

  @Test
  void someNumberIsAlwaysTold() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PathManners(
                    List.of(), Optional.empty(), List.of(), false, false, Optional.empty()));
  }
}
