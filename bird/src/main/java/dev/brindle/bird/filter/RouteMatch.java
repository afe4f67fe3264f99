// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;

/// One condition on a route.
public sealed interface RouteMatch {

  boolean matches(Cidr prefix, PathAttributes attributes, RouteContext context);

  /// Whether prefixes of one family may be told apart by it.
  boolean dependsOnPrefix();

  /// Whether peers may be told apart by it.
  boolean dependsOnPeer();

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
  }
}
