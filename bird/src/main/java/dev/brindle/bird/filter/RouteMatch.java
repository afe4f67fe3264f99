// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One condition on a route.
public sealed interface RouteMatch {

  boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context);

  /// Whether prefixes of one family may be told apart by it.
  boolean dependsOnPrefix();

  /// Whether peers may be told apart by it.
  boolean dependsOnPeer();

  /// Whether it asks what the RPKI says, which changes under a route.
  default boolean dependsOnRpki() {
    return false;
  }

  record InPrefixList(PrefixList list) implements RouteMatch {

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      return list.contains(prefix);
    }

    @Override
    public boolean dependsOnPrefix() {
      return true;
    }

    @Override
    public boolean dependsOnPeer() {
      return false;
    }
  }

  /// Packets to it go out of an interface of such a name: to its next hop, or for what is ours, to
  /// itself. `*` stands for any characters. A blackhole goes nowhere.
  record LeadsOutOf(String pattern, OutgoingWays ways) implements RouteMatch {

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      Optional<String> name =
          context.isLocal()
              ? Optional.of(prefix).filter(Cidr::isHost).flatMap(ways::to)
              : attributes.nextHop().flatMap(hop -> ways.to(hop.address()));
      return name.filter(it -> ContextMatch.InterfaceLike.fits(pattern, it)).isPresent();
    }

    @Override
    public boolean dependsOnPrefix() {
      return true;
    }

    @Override
    public boolean dependsOnPeer() {
      return false;
    }
  }

  record OfFamily(IpFamily family) implements RouteMatch {

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      return prefix.family() == family;
    }

    @Override
    public boolean dependsOnPrefix() {
      return false;
    }

    @Override
    public boolean dependsOnPeer() {
      return false;
    }
  }

  /// By what is said about the path.
  record Attributes(AttributeMatch match) implements RouteMatch {

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      return match.matches(attributes);
    }

    @Override
    public boolean dependsOnPrefix() {
      return false;
    }

    @Override
    public boolean dependsOnPeer() {
      return false;
    }
  }

  /// By who told it, or is told.
  record Context(ContextMatch match) implements RouteMatch {

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      return match.matches(context);
    }

    @Override
    public boolean dependsOnPrefix() {
      return false;
    }

    @Override
    public boolean dependsOnPeer() {
      return match.dependsOnPeer();
    }
  }

  /// By what the RPKI says of the prefix and the AS its path ends with. On import only.
  record RpkiIn(Set<RpkiState> states) implements RouteMatch {

    public RpkiIn {
      states = Set.copyOf(states);
    }

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      return states.contains(context.origins().state(prefix, attributes.asPath()));
    }

    @Override
    public boolean dependsOnPrefix() {
      return true;
    }

    @Override
    public boolean dependsOnPeer() {
      return false;
    }

    @Override
    public boolean dependsOnRpki() {
      return true;
    }
  }

  record Not(RouteMatch match) implements RouteMatch {

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      return !match.matches(prefix, attributes, context);
    }

    @Override
    public boolean dependsOnPrefix() {
      return match.dependsOnPrefix();
    }

    @Override
    public boolean dependsOnPeer() {
      return match.dependsOnPeer();
    }

    @Override
    public boolean dependsOnRpki() {
      return match.dependsOnRpki();
    }
  }

  /// Of none: true.
  record AllOf(List<RouteMatch> matches) implements RouteMatch {

    public AllOf {
      matches = List.copyOf(matches);
    }

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      for (RouteMatch match : matches) {
        if (!match.matches(prefix, attributes, context)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean dependsOnPrefix() {
      return matches.stream().anyMatch(RouteMatch::dependsOnPrefix);
    }

    @Override
    public boolean dependsOnPeer() {
      return matches.stream().anyMatch(RouteMatch::dependsOnPeer);
    }

    @Override
    public boolean dependsOnRpki() {
      return matches.stream().anyMatch(RouteMatch::dependsOnRpki);
    }
  }

  /// Of none: false.
  record AnyOf(List<RouteMatch> matches) implements RouteMatch {

    public AnyOf {
      matches = List.copyOf(matches);
    }

    @Override
    public boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context) {
      for (RouteMatch match : matches) {
        if (match.matches(prefix, attributes, context)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean dependsOnPrefix() {
      return matches.stream().anyMatch(RouteMatch::dependsOnPrefix);
    }

    @Override
    public boolean dependsOnPeer() {
      return matches.stream().anyMatch(RouteMatch::dependsOnPeer);
    }

    @Override
    public boolean dependsOnRpki() {
      return matches.stream().anyMatch(RouteMatch::dependsOnRpki);
    }
  }
}
