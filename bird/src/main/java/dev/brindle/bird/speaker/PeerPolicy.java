// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.FilterChain;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.ExportReason;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.table.ExportPolicy;
import dev.brindle.bird.table.Lowering;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import java.util.Optional;

/// By which rules routes come from a peer and go to it: its own where it has some, else the
/// speaker's, and what draining adds.
record PeerPolicy(PeerConfig peer, SpeakerConfig speaker, Draining draining) {

  PeerPolicy with(PeerConfig wanted, SpeakerConfig changed) {
    return new PeerPolicy(wanted, changed, draining);
  }

  PeerPolicy with(Draining wanted) {
    return new PeerPolicy(peer, speaker, wanted);
  }

  PeerRouting routing() {
    return peer.routing();
  }

  // ---- in

  RouteFilter importFilter() {
    return routing().importOr(speaker.importFilter());
  }

  /// Whether what was taken by the other's rules would be taken by these, and as these would.
  boolean importsAs(PeerPolicy other) {
    return importFilter().equals(other.importFilter())
        && routing().heedsShutdown() == other.routing().heedsShutdown();
  }

  Lowering lowering(Conversation current) {
    return lowers(current) ? Lowering.ALL : Lowering.of(routing().heedsShutdown());
  }

  /// Whether what the peer tells is taken last, all of it.
  boolean lowers(Conversation current) {
    return draining.lowers(current.terms().kind());
  }

  /// What import makes of a route that the peer tells.
  Verdict judged(
      Cidr prefix, PathAttributes attributes, Conversation current, RouteOrigins origins) {
    return routing().imports()
        ? ImportRules.judge(prefix, attributes, current.neighbour(), importFilter(), origins)
        : new Verdict.Reject("import is reject");
  }

  /// For people.
  String importText() {
    return switch (routing().importFilter().orElse(speaker.importFilter())) {
      case FilterChain chain -> chain.name();
      case RuleFilter rules -> "filter " + rules.name();
      default -> "accept";
    };
  }

  // ---- out

  RouteFilter exportFilter() {
    return routing().exportOr(speaker.exportFilter());
  }

  /// Peers of equal ones are told the same.
  ExportPolicy export(Conversation current) {
    PeerTerms terms = current.terms();
    return ExportPolicy.of(
            current.neighbour(), exportFilter(), terms.fourOctetAs(), terms.maxMessage())
        .withLongLived(current.agreement().longLived().isPresent())
        .withDraining(draining.isOn())
        .withPaths(routing().addPath().told(terms.addPath()));
  }

  /// A path as the peer is told it, if it is.
  Optional<PathAttributes> told(Cidr prefix, Path path, Conversation current) {
    return ExportRules.told(prefix, path, current.neighbour(), exportFilter());
  }

  /// Why a prefix is told, or is not.
  String exportReason(Cidr prefix, Path best, Conversation current) {
    Family family = Family.of(prefix.family());
    if (!current.terms().families().contains(family)) {
      return "%s was not agreed on".formatted(family);
    }
    return routing().exports()
        ? ExportReason.of(prefix, best, current.neighbour(), exportFilter())
        : "export is reject";
  }
}
