// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.policy.rule.SideMatch;
import java.util.ArrayList;
import java.util.List;

/// What one end of the traffic must be like, as conditions of a rule.
record SideConditions(IpFamily family, Side side, SideMatch match) {

  private static final int EVERYTHING = 0;

  /// Whether no packet of the family can match: nets of the other family only, or none of
  /// everything.
  boolean isImpossible() {
    boolean noNetLeft = !match.nets().isEmpty() && ofFamily(match.nets()).isEmpty();
    boolean nothingLeft =
        ofFamily(match.notNets()).stream().anyMatch(net -> net.length() == EVERYTHING);
    return noNetLeft || nothingLeft;
  }

  boolean hasNumericPorts() {
    return !match.ports().isEmpty() || !match.notPorts().isEmpty();
  }

  /// Conditions that must all hold.
  List<NftExpression> required() {
    List<NftExpression> conditions = new ArrayList<>();
    addresses(conditions, match.nets(), false);
    match.sets().forEach(set -> conditions.add(inSet(SetName.of(family, set), false)));
    addresses(conditions, match.notNets(), true);
    match.notSets().forEach(set -> conditions.add(inSet(SetName.of(family, set), true)));
    if (!match.notPorts().isEmpty()) {
      conditions.add(new NftExpression.Ports(side, match.notPorts(), true));
    }
    match
        .notPortSets()
        .forEach(
            set ->
                conditions.add(new NftExpression.InPortSet(side, SetName.of(family, set), true)));
    return conditions;
  }

  /// Conditions of which one must hold: each becomes a rule of its own. One empty list if there is
  /// nothing to choose from.
  List<List<NftExpression>> alternatives() {
    List<List<NftExpression>> choices = new ArrayList<>();
    if (!match.ports().isEmpty()) {
      choices.add(List.of(new NftExpression.Ports(side, match.ports(), false)));
    }
    match
        .portSets()
        .forEach(
            set ->
                choices.add(
                    List.of(new NftExpression.InPortSet(side, SetName.of(family, set), false))));
    return choices.isEmpty() ? List.of(List.of()) : choices;
  }

  private void addresses(List<NftExpression> conditions, List<Cidr> nets, boolean negated) {
    List<Cidr> ours = PrefixCover.of(ofFamily(nets));
    boolean everything = !negated && ours.stream().anyMatch(net -> net.length() == EVERYTHING);
    if (ours.isEmpty() || everything) {
      return;
    }
    conditions.add(
        ours.size() == 1
            ? new NftExpression.Address(side, ours.getFirst(), negated)
            : new NftExpression.Addresses(side, ours, negated));
  }

  private NftExpression inSet(String set, boolean negated) {
    return new NftExpression.InSet(side, set, negated);
  }

  private List<Cidr> ofFamily(List<Cidr> nets) {
    return nets.stream().filter(net -> net.family() == family).toList();
  }
}
