// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import java.util.Optional;

/// Whether what a peer tells may be used, and as what: `ImportRules` and a filter, asked once for
/// all prefixes that share their attributes where that makes no difference.
final class ImportGate {

  static final int REJECTED = -1;

  private static final int NO_MEMBER = 0;

  /// Where no prefix makes a difference, these stand for all.
  private static final Cidr ANY_IPV4 = Cidr.parse("0.0.0.0/0");

  private static final Cidr ANY_IPV6 = Cidr.parse("::/0");

  private final AttributeBlocks blocks;
  private final Neighbour peer;
  private final RouteFilter filter;
  private final boolean isOpen;
  private final RouteContext context;

  private final int[] loops;
  private final int member;
  private final boolean isBoundToFirst;
  private final boolean isAsHeard;
  private final int peerAs;
  private final int identifier;
  private final int cluster;

  private final Optional<Role> role;
  private final boolean isMarking;
  private final OtcMark mark;

  private final Lowering lowering;
  private boolean isElevated;
  private boolean isLeak;

  /// @param isOpen false if nothing is taken from this peer
  /// @param lowering what is taken last
  /// @param origins what filters know of the RPKI
  ImportGate(
      AttributeBlocks blocks,
      Neighbour peer,
      RouteFilter filter,
      boolean isOpen,
      Lowering lowering,
      RouteOrigins origins) {
    this.blocks = blocks;
    this.peer = peer;
    this.filter = filter;
    this.isOpen = isOpen;
    this.context = peer.context(peer.source()).withOrigins(origins);
    this.role = peer.role();
    this.isMarking = role.filter(Role::marksWhatIsTold).isPresent();
    this.mark = new OtcMark(blocks);
    boolean isExternal = peer.kind() == PeerKind.EXTERNAL;
    this.lowering = lowering == Lowering.MARKED && !isExternal ? Lowering.NONE : lowering;
    this.loops = peer.manners().loops().stream().mapToInt(as -> (int) as.value()).toArray();
    this.member = peer.manners().member().map(as -> (int) as.value()).orElse(NO_MEMBER);
    this.isBoundToFirst = isExternal && !peer.manners().anyFirst();
    this.isAsHeard = !isExternal || peer.manners().heard().isEmpty();
    this.peerAs = (int) peer.peerAs().value();
    this.identifier = (int) peer.identifier().low();
    this.cluster = (int) peer.clusterId().low();
  }

  /// What is told without a mark gets one if it has to (RFC 9234 §5, ingress 3); nothing else
  /// changes. To be judged in place of what was told.
  ///
  /// @param block held; let go of if it is not what is given back, which is held in its place
  int marked(int block) {
    if (!isMarking || (blocks.flags(block) & BlockFlags.HAS_OTC) != 0) {
      return block;
    }
    try {
      return mark.add(block, peerAs);
    } finally {
      blocks.release(block);
    }
  }

  /// Whether each prefix must be asked for by itself.
  boolean asksForEach() {
    return filter.dependsOnPrefix();
  }

  /// For all prefixes that have these attributes, if no prefix makes a difference.
  ///
  /// @return what to keep, held once more; `REJECTED`
  int judge(int block, Family family) {
    if (!(filter instanceof AcceptAll)) {
      return judge(block, family.ip() == IpFamily.IPV4 ? ANY_IPV4 : ANY_IPV6);
    }
    if (!isOpen || isObjectionable(block)) {
      return REJECTED;
    }
    isElevated = false;
    return isAsHeard && !isLast(block) ? held(block) : interned(taken(block));
  }

  /// What filters and tables see of what was told.
  private PathAttributes taken(int block) {
    PathAttributes told = blocks.attributes(block);
    PathAttributes heard = isAsHeard ? told : ImportRules.heard(told, peer);
    return isLast(block) ? Lowering.on(heard) : heard;
  }

  private boolean isLast(int block) {
    return switch (lowering) {
      case NONE -> false;
      case MARKED -> (blocks.flags(block) & BlockFlags.GRACEFUL_SHUTDOWN) != 0;
      case ALL -> true;
    };
  }

  /// For one prefix.
  ///
  /// @return what to keep, held once more; `REJECTED`
  int judge(int block, Cidr prefix) {
    if (!isOpen || isObjectionable(block)) {
      return REJECTED;
    }
    PathAttributes attributes = blocks.attributes(block);
    PathAttributes heard = isAsHeard ? attributes : ImportRules.heard(attributes, peer);
    return switch (filter.judge(prefix, heard, context)) {
      case Verdict.Reject(_) -> REJECTED;
      case Verdict.Accept(var accepted, var elevated, _) -> {
        isElevated = elevated;
        yield kept(block, attributes, accepted);
      }
    };
  }

  /// A filter that takes the mark away has its way.
  private int kept(int block, PathAttributes attributes, PathAttributes accepted) {
    boolean isSpared =
        lowering == Lowering.MARKED
            && !accepted.communities().contains(Community.GRACEFUL_SHUTDOWN);
    PathAttributes wanted = isLast(block) && !isSpared ? Lowering.on(accepted) : accepted;
    return wanted.equals(attributes) ? held(block) : interned(wanted);
  }

  private int held(int block) {
    blocks.retain(block);
    return block;
  }

  private int interned(PathAttributes attributes) {
    byte[] bytes = CanonicalForm.of(attributes);
    return blocks.intern(bytes, 0, bytes.length);
  }

  /// Of the last verdict: it goes before what is our own.
  boolean isElevated() {
    return isElevated;
  }

  /// Of the last verdict: it was rejected because it leaked (RFC 9234 §5).
  boolean isLeak() {
    return isLeak;
  }

  /// The quick form of `ImportRules`; what it cannot tell quickly it asks there.
  private boolean isObjectionable(int block) {
    int flags = blocks.flags(block);
    isLeak = false;
    for (int ours : loops) {
      if (peer.allowedOwnAs() == 0
          ? blocks.hasAs(block, ours)
          : blocks.occurrences(block, ours) > peer.allowedOwnAs()) {
        return true;
      }
    }
    if (member != NO_MEMBER
        && blocks.occurrencesInConfederation(block, member) > peer.allowedOwnAs()) {
      return true;
    }
    if ((flags & BlockFlags.HAS_ORIGINATOR_ID) != 0 && blocks.originatorId(block) == identifier) {
      return true;
    }
    if ((flags & BlockFlags.HAS_CLUSTER_LIST) != 0 && blocks.hasCluster(block, cluster)) {
      return true;
    }
    if (isBoundToFirst && blocks.firstAs(block) != peerAs) {
      return true;
    }
    if ((flags & BlockFlags.HAS_OTC) != 0 && role.isPresent()) {
      AsNumber marked = new AsNumber(Integer.toUnsignedLong(OtcMark.of(blocks, block)));
      isLeak = role.get().isLeak(marked, peer.peerAs());
      if (isLeak) {
        return true;
      }
    }
    return (flags & BlockFlags.HAS_NEXT_HOP) == 0
        || !ImportRules.objection(blocks.nextHop(block).address(), peer).isEmpty();
  }
}
