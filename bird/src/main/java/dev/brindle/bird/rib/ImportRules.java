// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.wire.PathAttribute.OnlyToCustomer;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import java.util.Optional;

/// Whether what a peer tells may be used at all, before and after the filter.
public final class ImportRules {

  private ImportRules() {}

  public static Verdict judge(
      Cidr prefix, PathAttributes attributes, Neighbour peer, RouteFilter filter) {
    return judge(prefix, attributes, peer, filter, RouteOrigins.NONE);
  }

  /// @param origins what the filter knows of the RPKI
  public static Verdict judge(
      Cidr prefix,
      PathAttributes attributes,
      Neighbour peer,
      RouteFilter filter,
      RouteOrigins origins) {
    String objection =
        MartianPrefix.is(prefix) ? prefix + " is no route" : objection(attributes, peer);
    return objection.isEmpty()
        ? filter.judge(
            prefix,
            heard(marked(attributes, peer), peer),
            peer.context(peer.source()).withOrigins(origins))
        : new Verdict.Reject(objection);
  }

  /// RFC 9234 §5, ingress 3.
  private static PathAttributes marked(PathAttributes attributes, Neighbour peer) {
    boolean isDue =
        peer.role().filter(Role::marksWhatIsTold).isPresent()
            && attributes.onlyToCustomer().isEmpty();
    return isDue ? attributes.with(new OnlyToCustomer(peer.peerAs())) : attributes;
  }

  /// As filters and tables see what was told: an AS of ours may be in front (RFC 7705 §3.3).
  public static PathAttributes heard(PathAttributes attributes, Neighbour peer) {
    return peer.kind() == PeerKind.EXTERNAL
        ? peer.manners()
            .heard()
            .map(as -> attributes.with(attributes.asPath().prepended(as)))
            .orElse(attributes)
        : attributes;
  }

  private static String objection(PathAttributes attributes, Neighbour peer) {
    for (AsNumber ours : peer.manners().loops()) {
      if (attributes.asPath().occurrences(ours) > peer.allowedOwnAs()) {
        return "our AS is in the path"; // RFC 4271 §9.1.2
      }
    }
    Optional<AsNumber> member = peer.manners().member();
    if (member.isPresent()
        && attributes.asPath().occurrencesInConfederation(member.get()) > peer.allowedOwnAs()) {
      return "our member AS is in the path"; // RFC 5065 §4
    }
    if (attributes.originatorId().filter(peer.identifier()::equals).isPresent()) {
      return "we are the originator"; // RFC 4456 §8
    }
    if (attributes.clusterList().contains(peer.clusterId())) {
      return "our cluster is in the path"; // RFC 4456 §8
    }
    boolean isBound = peer.kind() == PeerKind.EXTERNAL && !peer.manners().anyFirst();
    if (isBound && !attributes.asPath().first().equals(Optional.of(peer.peerAs()))) {
      return "the path does not begin with the peer's AS"; // RFC 4271 §6.3
    }
    Optional<AsNumber> mark = attributes.onlyToCustomer();
    if (mark.isPresent()
        && peer.role().filter(it -> it.isLeak(mark.get(), peer.peerAs())).isPresent()) {
      return leak(mark.get());
    }
    return attributes.nextHop().map(it -> objection(it.address(), peer)).orElse("no next hop");
  }

  /// The reason for what must not come this way (RFC 9234 §5).
  public static String leak(AsNumber mark) {
    return "leaked: AS %s let it go to customers only".formatted(mark);
  }

  /// Why a next hop cannot be used; empty if it can.
  public static String objection(IpAddress nextHop, Neighbour peer) {
    if (peer.addresses().contains(nextHop)) {
      return "we are the next hop"; // RFC 4271 §5.1.3
    }
    boolean isStray = nextHop.isLoopback() && !peer.source().address().isLoopback();
    return isStray ? "the next hop is a loopback address" : "";
  }
}
