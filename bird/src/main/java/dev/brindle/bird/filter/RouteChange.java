// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import java.util.List;

/// What a rule changes about a route.
public sealed interface RouteChange {

  long MAX = 0xffff_ffffL;

  Draft apply(Draft draft, Cidr prefix);

  record SetLocalPref(long value) implements RouteChange {

    public SetLocalPref {
      check("localPref", value);
    }

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return draft.with(new LocalPref(value));
    }
  }

  record SetMed(long value) implements RouteChange {

    public SetMed {
      check("med", value);
    }

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return draft.with(new MultiExitDisc(value)).keepingMed(true);
    }
  }

  /// Stops at 0 and at the greatest there is; none counts as 0.
  record AddToMed(long difference) implements RouteChange {

    public AddToMed {
      check("med", Math.abs(difference));
    }

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      long before = draft.attributes().multiExitDisc().orElse(0);
      return draft
          .with(new MultiExitDisc(Math.clamp(before + difference, 0, MAX)))
          .keepingMed(true);
    }
  }

  record RemoveMed() implements RouteChange {

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return draft
          .with(draft.attributes().without(AttributeType.MULTI_EXIT_DISC))
          .keepingMed(false);
    }
  }

  /// For prefixes of its own family only.
  record SetNextHop(IpAddress address) implements RouteChange {

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return prefix.family() == address.family()
          ? draft.with(NextHop.of(address)).withNextHop(NextHopWish.AS_SET)
          : draft;
    }
  }

  /// Only for telling others; on import there is nothing to choose from.
  record ChooseNextHop(NextHopWish wish) implements RouteChange {

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return draft.withNextHop(wish);
    }
  }

  record ChangeCommunities(CommunityChange change) implements RouteChange {

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return draft.with(change.apply(draft.attributes()));
    }
  }

  /// @param systems as they will stand: the first one nearest
  record Prepend(List<AsNumber> systems) implements RouteChange {

    public Prepend {
      systems = List.copyOf(systems);
    }

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      AsPath path = draft.attributes().asPath();
      for (AsNumber as : systems.reversed()) {
        path = path.prepended(as);
      }
      return draft.with(path);
    }
  }

  record SetOrigin(Origin.Source origin) implements RouteChange {

    @Override
    public Draft apply(Draft draft, Cidr prefix) {
      return draft.with(new Origin(origin));
    }
  }

  /// Numbers on the wire have 32 bits.
  private static void check(String what, long value) {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("%s %d is not in 0..%d".formatted(what, value, MAX));
    }
  }
}
