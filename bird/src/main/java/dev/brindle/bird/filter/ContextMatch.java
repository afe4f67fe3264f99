// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.AsNumber;
import java.util.Set;

/// A condition on where a route comes from or goes to. Where no peer is known, none matches.
public sealed interface ContextMatch {

  boolean matches(RouteContext context);

  /// Whether it asks who the peer is.
  default boolean dependsOnPeer() {
    return true;
  }

  record From(Set<RouteSource> sources) implements ContextMatch {

    public From {
      sources = Set.copyOf(sources);
    }

    @Override
    public boolean matches(RouteContext context) {
      return sources.contains(context.from());
    }

    @Override
    public boolean dependsOnPeer() {
      return false;
    }
  }

  /// By name or address.
  record PeerIn(Set<String> peers) implements ContextMatch {

    public PeerIn {
      peers = Set.copyOf(peers);
    }

    @Override
    public boolean matches(RouteContext context) {
      return context
          .peer()
          .filter(it -> peers.contains(it.name()) || peers.contains(it.address().toString()))
          .isPresent();
    }
  }

  record PeerAsIn(Set<AsNumber> systems) implements ContextMatch {

    public PeerAsIn {
      systems = Set.copyOf(systems);
    }

    @Override
    public boolean matches(RouteContext context) {
      return context.peer().filter(it -> systems.contains(it.as())).isPresent();
    }
  }

  /// The session runs over an interface of such a name; `*` stands for any characters, `?` for one.
  record InterfaceLike(String pattern) implements ContextMatch {

    @Override
    public boolean matches(RouteContext context) {
      return context
          .peer()
          .flatMap(RoutePeer::interfaceName)
          .filter(name -> fits(pattern, name))
          .isPresent();
    }

    /// Goes back to the last `*` only: what was taken before it never needs to be more.
    static boolean fits(String pattern, String name) {
      int at = 0;
      int from = 0;
      int star = -1;
      int resume = 0;
      while (from < name.length()) {
        char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
        if (wanted == '*') {
          star = at++;
          resume = from;
        } else if (at < pattern.length() && (wanted == '?' || wanted == name.charAt(from))) {
          at++;
          from++;
        } else if (star >= 0) {
          at = star + 1;
          from = ++resume;
        } else {
          return false;
        }
      }
      while (at < pattern.length() && pattern.charAt(at) == '*') {
        at++;
      }
      return at == pattern.length();
    }
  }
}
