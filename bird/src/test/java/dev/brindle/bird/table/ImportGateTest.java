// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.PathManners;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.ClusterList;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttribute.OriginatorId;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a peer may not tell, by the rules on values and by the quick ones on bytes.
///
/// We are AS 64512 and, for peers in our confederation, member 64600 of it; our identifier is
/// 192.0.2.7, our cluster 192.0.2.8, our address 192.0.2.1.
class ImportGateTest {

  private static final AsNumber OURS = new AsNumber(64_512);
  private static final AsNumber MEMBER = new AsNumber(64_600);
  private static final Cidr PREFIX = Cidr.parse("10.0.0.0/8");
  private static final AcceptAll NO_FILTER = new AcceptAll();
  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.9");
  private static final IpAddress IDENTIFIER = IpAddress.parse("192.0.2.7");
  private static final IpAddress CLUSTER = IpAddress.parse("192.0.2.8");

  @ParameterizedTest(name = "{0}: {1}, originator {2}, cluster {3}, next hop {4}, {5} times: {6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # peer        | path                | originator | cluster    | next hop    | own | verdict
          EXTERNAL      | 65001               |            |            | 192.0.2.9   | 0   | kept
          EXTERNAL      | 65001 64512         |            |            | 192.0.2.9   | 0   | our AS is in the path
          EXTERNAL      | 65001 64512         |            |            | 192.0.2.9   | 1   | kept
          EXTERNAL      | 65001 64512 64512   |            |            | 192.0.2.9   | 1   | our AS is in the path
          EXTERNAL      | 65001 {1,64512}     |            |            | 192.0.2.9   | 0   | our AS is in the path
          EXTERNAL      | 65002 65001         |            |            | 192.0.2.9   | 0   | the path does not begin with the peer's AS
          EXTERNAL      |                     |            |            | 192.0.2.9   | 0   | the path does not begin with the peer's AS
          EXTERNAL      | 65001               |            |            | 192.0.2.1   | 0   | we are the next hop
          EXTERNAL      | 65001               |            |            | 127.0.0.1   | 0   | the next hop is a loopback address
          EXTERNAL      | 65001               |            |            | -           | 0   | no next hop
          INTERNAL      | 65002               |            |            | 192.0.2.9   | 0   | kept
          INTERNAL      |                     |            |            | 192.0.2.9   | 0   | kept
          INTERNAL      | 65002 64512         |            |            | 192.0.2.9   | 0   | our AS is in the path
          INTERNAL      |                     | 192.0.2.6  | 192.0.2.5  | 192.0.2.9   | 0   | kept
          INTERNAL      |                     | 192.0.2.7  |            | 192.0.2.9   | 0   | we are the originator
          INTERNAL      |                     | 192.0.2.6  | 192.0.2.8  | 192.0.2.9   | 0   | our cluster is in the path
          INTERNAL      |                     |            | 192.0.2.5 192.0.2.8 | 192.0.2.9 | 0 | our cluster is in the path
          CONFEDERATION | (64601) 65002       |            |            | 192.0.2.9   | 0   | kept
          CONFEDERATION | (64601,64600) 65002 |            |            | 192.0.2.9   | 0   | our member AS is in the path
          CONFEDERATION | (64601) 65002 64600 |            |            | 192.0.2.9   | 0   | kept
          CONFEDERATION | (64601) 65002 64512 |            |            | 192.0.2.9   | 0   | our AS is in the path
          """)
  void bothSayTheSame(
      PeerKind kind,
      @Nullable String path,
      @Nullable String originator,
      @Nullable String clusters,
      String nextHop,
      int own,
      String verdict) {
    PathAttributes attributes = attributes(kind, path, originator, clusters, nextHop);
    Neighbour peer = peer(kind, own);

    assertThat(words(ImportRules.judge(PREFIX, attributes, peer, NO_FILTER))).isEqualTo(verdict);
    assertThat(isKept(attributes, peer)).isEqualTo(verdict.equals("kept"));
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Reject(var rule) -> rule;
      case Verdict.Accept _ -> "kept";
    };
  }

  private static boolean isKept(PathAttributes attributes, Neighbour peer) {
    AttributeBlocks blocks = new AttributeBlocks();
    byte[] bytes = CanonicalForm.of(attributes);
    int block = blocks.intern(bytes, 0, bytes.length);
    ImportGate gate =
        new ImportGate(blocks, peer, NO_FILTER, true, Lowering.NONE, RouteOrigins.NONE);
    int judged = gate.judge(block, Family.IPV4_UNICAST);
    assertThat(gate.judge(block, PREFIX)).as("the same for one prefix").isEqualTo(judged);
    return judged != ImportGate.REJECTED;
  }

  private static PathAttributes attributes(
      PeerKind kind,
      @Nullable String path,
      @Nullable String originator,
      @Nullable String clusters,
      String nextHop) {
    List<PathAttribute> all = new ArrayList<>();
    all.add(new Origin(Origin.Source.IGP));
    all.add(path(path == null ? "" : path));
    if (!nextHop.equals("-")) {
      all.add(NextHop.of(IpAddress.parse(nextHop)));
    }
    if (kind != PeerKind.EXTERNAL) {
      all.add(new LocalPref(100));
    }
    if (originator != null) {
      all.add(new OriginatorId(IpAddress.parse(originator)));
    }
    if (clusters != null) {
      all.add(new ClusterList(Arrays.stream(clusters.split(" ")).map(IpAddress::parse).toList()));
    }
    return PathAttributes.of(all);
  }

  /// Numbers of one sequence, `{1,2}` for a set, `(1,2)` for a sequence within a confederation.
  private static AsPath path(String text) {
    List<Segment> segments = new ArrayList<>();
    List<AsNumber> sequence = new ArrayList<>();
    for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
      boolean isSet = word.startsWith("{");
      if (isSet || word.startsWith("(")) {
        end(sequence, segments);
        segments.add(
            new Segment(
                isSet ? SegmentType.SET : SegmentType.CONFED_SEQUENCE,
                Arrays.stream(word.substring(1, word.length() - 1).split(","))
                    .map(AsNumber::parse)
                    .toList()));
      } else {
        sequence.add(AsNumber.parse(word));
      }
    }
    end(sequence, segments);
    return new AsPath(segments);
  }

  private static void end(List<AsNumber> sequence, List<Segment> segments) {
    if (!sequence.isEmpty()) {
      segments.add(new Segment(SegmentType.SEQUENCE, sequence));
      sequence.clear();
    }
  }

  private static Neighbour peer(PeerKind kind, int own) {
    AsNumber as =
        switch (kind) {
          case EXTERNAL -> new AsNumber(65_001);
          case INTERNAL -> OURS;
          case CONFEDERATION -> new AsNumber(64_601);
        };
    Neighbour peer =
        new Neighbour(
            kind,
            new Source(Source.Kind.of(kind), "from", ADDRESS, ADDRESS, false),
            kind == PeerKind.CONFEDERATION ? MEMBER : OURS,
            as,
            List.of(IpAddress.parse("192.0.2.1")),
            IDENTIFIER,
            CLUSTER,
            false,
            own,
            NextHopMode.AUTO);
    return kind == PeerKind.CONFEDERATION
        ? peer.withManners(PathManners.within(OURS, MEMBER))
        : peer;
  }
}
